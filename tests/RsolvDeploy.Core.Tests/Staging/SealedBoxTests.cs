using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Staging.GitHub;
using Sodium;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>Sealed boxes are opened by libsodium, whose format they have.</summary>
public sealed class SealedBoxTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("rsolv_live_0123456789abcdef")]
    [InlineData("Schlüssel mit Umlauten und 🔑")]
    public void Libsodium_opens_what_was_sealed(string value)
    {
        var pair = PublicKeyBox.GenerateKeyPair();
        var box = SealedBox.Seal(value, Convert.ToBase64String(pair.PublicKey));
        Assert.Equal(value, Encoding.UTF8.GetString(SealedPublicKeyBox.Open(Convert.FromBase64String(box), pair)));
    }

    [Fact]
    public void Every_length_up_to_several_blocks_is_opened()
    {
        var pair = PublicKeyBox.GenerateKeyPair();
        var key = Convert.ToBase64String(pair.PublicKey);
        for (var length = 0; length < 300; length++)
        {
            var value = new string('x', length);
            var opened = SealedPublicKeyBox.Open(Convert.FromBase64String(SealedBox.Seal(value, key)), pair);
            Assert.Equal(value, Encoding.UTF8.GetString(opened));
        }
    }

    [Fact]
    public void No_two_boxes_are_the_same()
    {
        var key = Convert.ToBase64String(PublicKeyBox.GenerateKeyPair().PublicKey);
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
