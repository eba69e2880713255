using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Cms;

/// <summary>
/// Encrypts the contents of one backup as CMS AuthEnvelopedData with AES-256-GCM, in DER. Not thread safe: each worker
/// uses a <see cref="Copy"/>.
/// </summary>
/// <remarks>
/// It is authenticated: decryption detects a changed byte, in <c>openssl cms -decrypt</c> too.
/// All files of a backup share one content key, wrapped once for each recipient, with a random nonce for each file. A recipient who can
/// unwrap one key can unwrap all, so a key for each file would protect nothing, and would cost a public-key operation for each Secret.
/// The format is written with the platform's ASN.1 writer and ciphers, because no library here writes AuthEnvelopedData or derives the key
/// of a passphrase with a hash other than SHA-1.
/// </remarks>
internal sealed class CmsSealer : IDisposable
{
    public const string Description = "CMS AuthEnvelopedData, AES-256-GCM";

    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _contentKey;
    private readonly byte[] _recipients;
    private readonly AesGcm _cipher;

    // Reused for every message: 10,000 of them would otherwise leave about 50 MB of garbage.
    private readonly AsnWriter _writer = new(AsnEncodingRules.DER);
    private readonly SensitiveBuffer _opened = new();
    private byte[] _encrypted = [];
    private byte[] _message = [];

    /// <summary>Creates a sealer with a new content key.</summary>
    /// <param name="certificates">RSA certificates; the caller disposes them.</param>
    /// <param name="password">The key of the passphrase; the caller disposes it.</param>
    public CmsSealer(IEnumerable<X509Certificate2> certificates, PasswordKey? password)
        : this(RandomNumberGenerator.GetBytes(32), contentKey => CmsRecipientWriter.Write(certificates, password, contentKey))
    {
    }

    private CmsSealer(byte[] contentKey, Func<byte[], byte[]> recipients)
    {
        _contentKey = contentKey;
        _recipients = recipients(contentKey);
        _cipher = new AesGcm(contentKey, TagLength);
    }

    /// <summary>A sealer for another worker, with the same key and recipients.</summary>
    public CmsSealer Copy() => new([.. _contentKey], _ => _recipients);

    /// <summary>Encrypts a content. The message is valid until the next call.</summary>
    public ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> content)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> tag = stackalloc byte[TagLength];
        RandomNumberGenerator.Fill(nonce);
        if (_encrypted.Length < content.Length) _encrypted = new byte[content.Length * 2];
        var encrypted = _encrypted.AsSpan(0, content.Length);
        _cipher.Encrypt(nonce, content, encrypted, tag);

        _writer.Reset();
        using (_writer.PushSequence())
        {
            _writer.WriteEncodedValue(CmsOids.AuthEnvelopedData);
            using (_writer.PushSequence(CmsOids.Explicit(0)))
            using (_writer.PushSequence())
            {
                _writer.WriteInteger(0);
                _writer.WriteEncodedValue(_recipients);
                WriteContent(nonce, encrypted);
                _writer.WriteOctetString(tag);
            }
        }

        var length = _writer.GetEncodedLength();
        if (_message.Length < length) _message = new byte[length * 2];
        return _message.AsSpan(0, _writer.Encode(_message));
    }

    /// <summary>Decrypts a message of this sealer. The content is valid until the next call, which clears it.</summary>
    /// <exception cref="CryptographicException">The message is of another sealer, or was changed.</exception>
    /// <exception cref="FormatException">It is no CMS message.</exception>
    public ReadOnlySpan<byte> Open(ReadOnlyMemory<byte> der)
    {
        var envelope = CmsEnvelope.Parse(der);
        _opened.Clear();
        envelope.Open(_cipher, _opened.GetSpan(envelope.Length)[..envelope.Length]);
        _opened.Advance(envelope.Length);
        return _opened.Written;
    }

    /// <summary>Clears the keys.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_contentKey);
        _cipher.Dispose();
        _opened.Dispose();
    }

    private void WriteContent(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher)
    {
        using (_writer.PushSequence())
        {
            _writer.WriteEncodedValue(CmsOids.Data);
            using (_writer.PushSequence())
            {
                _writer.WriteEncodedValue(CmsOids.Aes256Gcm);
                using (_writer.PushSequence())
                {
                    _writer.WriteOctetString(nonce);
                    _writer.WriteInteger(TagLength);
                }
            }

            _writer.WriteOctetString(cipher, new Asn1Tag(TagClass.ContextSpecific, 0));
        }
    }
}
