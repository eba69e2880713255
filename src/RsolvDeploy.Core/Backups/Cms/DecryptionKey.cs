using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Backups.Cms;

/// <summary>Decrypts files. Disposing it clears the key.</summary>
internal abstract class DecryptionKey : IDisposable
{
    /// <summary>Clears the key.</summary>
    public abstract void Dispose();

    /// <summary>The content key, unwrapped for a recipient; null when this key belongs to another recipient.</summary>
    public abstract byte[]? Unwrap(CmsRecipient recipient);
}

/// <summary>A private key of a recipient's certificate.</summary>
/// <param name="key">The private key.</param>
/// <param name="certificate">Its certificate; null to try every recipient.</param>
internal sealed class PrivateDecryptionKey(RSA key, X509Certificate2? certificate) : DecryptionKey
{
    private readonly object _gate = new();
    private (byte[] Wrapped, byte[] Key)? _last;

    public override byte[]? Unwrap(CmsRecipient recipient)
    {
        if (recipient is not CmsCertificateRecipient addressed || (certificate is not null && !addressed.Names(certificate)))
            return null;
        lock (_gate)
        {
            // All files of a backup share one content key, and to unwrap it takes a thousand times as long as to decrypt a file.
            if (_last is { } last && last.Wrapped.AsSpan().SequenceEqual(addressed.EncryptedKey)) return [.. last.Key];
            try
            {
                var unwrapped = key.Decrypt(addressed.EncryptedKey, RSAEncryptionPadding.OaepSHA256);
                Clear();
                _last = (addressed.EncryptedKey, unwrapped);
                return [.. unwrapped];
            }
            catch (CryptographicException)
            {
                return null; // encrypted for another key
            }
        }
    }

    public override void Dispose()
    {
        Clear();
        key.Dispose();
        certificate?.Dispose();
    }

    private void Clear()
    {
        if (_last is { } last) CryptographicOperations.ZeroMemory(last.Key);
    }
}

/// <summary>A passphrase. The derived key is cached, because all files of a backup share one salt.</summary>
internal sealed class PassphraseDecryptionKey(BackupPassphrase passphrase) : DecryptionKey
{
    private readonly object _gate = new();
    private PasswordKey? _derived;

    public override byte[]? Unwrap(CmsRecipient recipient) =>
        recipient is CmsPasswordRecipient password
            ? PasswordKeyWrap.Unwrap(Derive(password.Salt, password.Iterations).Key, password.Iv, password.EncryptedKey)
            : null;

    public override void Dispose()
    {
        _derived?.Dispose();
        passphrase.Dispose();
    }

    /// <summary>The key for a salt. This object caches the last one and disposes it.</summary>
    public PasswordKey Derive(byte[] salt, int iterations)
    {
        lock (_gate)
        {
            if (_derived is null || _derived.Iterations != iterations || !_derived.Salt.AsSpan().SequenceEqual(salt))
            {
                _derived?.Dispose();
                _derived = new PasswordKey(passphrase, salt, iterations);
            }

            return _derived;
        }
    }
}
