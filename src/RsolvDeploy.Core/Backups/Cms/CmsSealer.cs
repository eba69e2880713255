using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Cms;

/// <summary>Encrypts the contents of one backup as CMS AuthEnvelopedData with AES-256-GCM, in DER. Not thread safe: each worker takes one of <see cref="Copy"/>.</summary>
/// <remarks>
/// Authenticated, so that a changed byte is noticed when it is opened, by <c>openssl cms -decrypt</c> too.
/// All files of a backup share one content key, wrapped once for each recipient, with a random nonce a file: whoever can unwrap one can unwrap
/// all, so a key a file would protect nothing, and costs a public-key operation for each Secret here and a private-key one in a restore.
/// The format is written with the platform's ASN.1 writer and the platform's ciphers: no library at hand writes
/// AuthEnvelopedData or derives the passphrase's key with another hash than SHA-1.
/// </remarks>
internal sealed class CmsSealer : IDisposable
{
    public const string Description = "CMS AuthEnvelopedData, AES-256-GCM";

    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _contentKey;
    private readonly byte[] _recipients;
    private readonly AesGcm _cipher;

    // Used for every message anew: 10,000 of them would otherwise leave some 50 MB to collect.
    private readonly AsnWriter _writer = new(AsnEncodingRules.DER);
    private readonly SensitiveBuffer _opened = new();
    private byte[] _encrypted = [];
    private byte[] _message = [];

    /// <param name="certificates">RSA certificates; not disposed here.</param>
    /// <param name="password">The passphrase's key; not disposed here.</param>
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

    /// <summary>One for another worker, with the same key and recipients.</summary>
    public CmsSealer Copy() => new([.. _contentKey], _ => _recipients);

    /// <summary>The content as a CMS message, good until the next one.</summary>
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
            _writer.WriteObjectIdentifier(CmsOids.AuthEnvelopedData);
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

    /// <summary>What a message of this sealer holds, good until the next one is opened; zeroed then.</summary>
    /// <exception cref="CryptographicException">It is none, or was changed.</exception>
    /// <exception cref="FormatException">It is no CMS message.</exception>
    public ReadOnlySpan<byte> Open(ReadOnlyMemory<byte> der)
    {
        var envelope = CmsEnvelope.Parse(der);
        _opened.Clear();
        envelope.Open(_cipher, _opened.GetSpan(envelope.Length)[..envelope.Length]);
        _opened.Advance(envelope.Length);
        return _opened.Written;
    }

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
            _writer.WriteObjectIdentifier(CmsOids.Data);
            using (_writer.PushSequence())
            {
                _writer.WriteObjectIdentifier(CmsOids.Aes256Gcm);
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
