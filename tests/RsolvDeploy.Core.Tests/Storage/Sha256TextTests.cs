using RsolvDeploy.Storage;

namespace RsolvDeploy.Core.Tests.Storage;

/// <summary>The example of FIPS 180-2 and the hash of nothing, digit by digit.</summary>
public class Sha256TextTests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void A_hash_is_64_lower_case_digits(string text, string hash) => Assert.Equal(hash, Sha256Text.Of(text));
}
