using System.Security.Cryptography;

namespace RsolvDeploy.Backups.Cms;

/// <summary>The key that is derived from a passphrase once for a whole backup. It wraps the content key.</summary>
/// <remarks>To derive it for each file would take a fifth of a second each.</remarks>
internal sealed class PasswordKey : IDisposable
{
    public const int StandardIterations = 600_000;

    public const int FewestIterations = 100_000;

    public const int ShortestSalt = 16;

    public const int LongestSalt = 64;

    // A malicious file could demand hours of hashing.
    public const int MostIterations = 10_000_000;

    public PasswordKey(BackupPassphrase passphrase, byte[] salt, int iterations)
    {
        Salt = salt;
        Iterations = iterations;
        Key = passphrase.DeriveKey(salt, iterations);
    }

    public byte[] Salt { get; }

    public int Iterations { get; }

    public byte[] Key { get; }

    public static PasswordKey Derive(BackupPassphrase passphrase) =>
        new(passphrase, RandomNumberGenerator.GetBytes(16), StandardIterations);

    /// <summary>The authentication code of a hash. Its key differs from the one that wraps.</summary>
    public byte[] Authenticate(byte[] hash) =>
        HMACSHA256.HashData(HKDF.Expand(HashAlgorithmName.SHA256, Key, 32, "rsolvdeploy backup manifest"u8.ToArray()), hash);

    public void Dispose() => CryptographicOperations.ZeroMemory(Key);
}
