using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Core.Tests.Updates;

/// <summary>The output of kustomize is read as kubectl reads it.</summary>
public class ManifestReaderTests
{
    [Theory]
    [InlineData("0.5", "0.5")]
    [InlineData("420", "420")]
    [InlineData("1e3", "1000")]
    [InlineData("18446744073709551616", "1.8446744073709552E+19")]
    [InlineData("\"0644\"", "\"0644\"")]
    [InlineData("<<", "\"\\u003C\\u003C\"")]
    [InlineData("=", "\"=\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("null", null)]
    public void A_value_keeps_its_type(string written, string? json) =>
        Assert.Equal(json, Assert.Single(ManifestReader.Read($"kind: X\nvalue: {written}\n"))["value"]?.ToJsonString());

    [Theory]
    [InlineData(".inf")]
    [InlineData("-.INF")]
    [InlineData(".nan")]
    public void A_number_that_JSON_does_not_have_is_an_error_with_its_line(string written) =>
        Assert.Contains(
            "line 2", Assert.Throws<FormatException>(() => ManifestReader.Read($"kind: X\nvalue: {written}\n")).Message,
            StringComparison.Ordinal);
}
