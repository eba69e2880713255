using System.Security.Cryptography;

namespace RsolvDeploy.Backups.Cms;

/// <summary>The key derived from a passphrase, once for a whole backup: every file has its own content key, wrapped with this one.</summary>
/// <remarks>Deriving it a file would cost a fifth of a second each; a fresh wrap needs only a fresh initialisation vector.</remarks>
internal sealed class PasswordKey : IDisposable
{
    public const int StandardIterations = 600_000;

    // A hostile file could ask for hours of hashing.
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

    /// <summary>A code over a hash that only who knows the passphrase can make. Its key is another than the one that wraps.</summary>
    public byte[] Authenticate(byte[] hash) =>
        HMACSHA256.HashData(HKDF.Expand(HashAlgorithmName.SHA256, Key, 32, "rsolvdeploy backup manifest"u8.ToArray()), hash);

    public void Dispose() => CryptographicOperations.ZeroMemory(Key);
}
