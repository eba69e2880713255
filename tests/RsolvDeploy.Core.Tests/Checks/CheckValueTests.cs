using System.Text.Json.Nodes;

namespace RsolvDeploy.Core.Tests.Checks;

/// <summary>The compared values of a check in JSON.</summary>
public sealed class CheckValueTests
{
    public static TheoryData<object> Values => ["sha256:1", "", true, false, 3L, -1L, long.MaxValue, 0.25, 1e300];

    [Theory]
    [MemberData(nameof(Values))]
    public void AValueIsTheSameAfterJSON(object value)
    {
        var text = CheckValue.ToNode(value)!.ToJsonString();

        var read = CheckValue.FromNode(JsonNode.Parse(text));

        Assert.Equal(value, read);
        Assert.Equal(value.GetType(), read?.GetType());
    }

    [Fact]
    public void NothingIsNothing() => Assert.Null(CheckValue.FromNode(CheckValue.ToNode(null)));

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"a\":1}")]
    public void WhatIsNoValueIsNone(string json) => Assert.Null(CheckValue.FromNode(JsonNode.Parse(json)));
}
