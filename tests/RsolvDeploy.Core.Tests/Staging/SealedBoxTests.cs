using RsolvDeploy.Errors;
using RsolvDeploy.Staging.GitHub;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Sealed boxes are opened by another implementation than the one that seals them.</summary>
public sealed class SealedBoxTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("rsolv_live_0123456789abcdef")]
    [InlineData("Schlüssel mit Umlauten und 🔑")]
    public void The_owner_opens_what_was_sealed(string value)
    {
        var owner = new BoxOwner();
        Assert.Equal(value, owner.Open(SealedBox.Seal(value, owner.PublicKey)));
    }

    [Fact]
    public void Every_length_up_to_several_blocks_is_opened()
    {
        var owner = new BoxOwner();
        for (var length = 0; length < 300; length++)
        {
            var value = new string('x', length);
            Assert.Equal(value, owner.Open(SealedBox.Seal(value, owner.PublicKey)));
        }
    }

    [Fact]
    public void No_two_boxes_are_the_same()
    {
        var key = new BoxOwner().PublicKey;
        Assert.NotEqual(SealedBox.Seal("same", key), SealedBox.Seal("same", key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64 at all")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_key_that_is_none_seals_nothing(string key) =>
        Assert.Equal("GitHubKeyInvalid", Assert.Throws<DeployException>(() => SealedBox.Seal("value", key)).Id);
}
