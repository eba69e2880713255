using System.Security.Cryptography;

namespace RsolvDeploy.Redaction;

/// <summary>Distinguishes equal values from different ones within this process only: nobody else has the salt.</summary>
internal static class Fingerprint
{
    private static readonly byte[] Salt = RandomNumberGenerator.GetBytes(32);

    public static string Create(ReadOnlySpan<byte> value) => Convert.ToHexString(HMACSHA256.HashData(Salt, value))[..8].ToLowerInvariant();
}
