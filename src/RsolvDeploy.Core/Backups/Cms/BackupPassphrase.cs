using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace RsolvDeploy.Backups.Cms;

/// <summary>A passphrase, as the UTF-8 bytes that keys are derived from. Disposing it clears them.</summary>
internal sealed class BackupPassphrase : IDisposable
{
    /// <summary>The fewest bytes of a passphrase that protects a backup.</summary>
    public const int Shortest = 12;

    private readonly byte[] _utf8;

    public BackupPassphrase(ReadOnlySpan<char> text)
    {
        _utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, _utf8);
    }

    public static BackupPassphrase From(SecureString secret)
    {
        var pointer = Marshal.SecureStringToGlobalAllocUnicode(secret);
        var text = new char[secret.Length];
        try
        {
            Marshal.Copy(pointer, text, 0, text.Length);
            return new BackupPassphrase(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(text.AsSpan()));
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
        }
    }

    public bool IsEmpty => _utf8.Length == 0;

    /// <summary>Whether it is too short to protect a backup.</summary>
    public bool IsShort => _utf8.Length < Shortest;

    public byte[] DeriveKey(byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(_utf8, salt, iterations, HashAlgorithmName.SHA256, 32);

    public void Dispose() => CryptographicOperations.ZeroMemory(_utf8);
}
