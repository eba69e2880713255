using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Backups.Cms;

/// <summary>Encrypts the contents of one backup as CMS AuthEnvelopedData with AES-256-GCM, in DER. Not thread safe: each worker takes one of <see cref="Another"/>.</summary>
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
    public CmsSealer Another() => new([.. _contentKey], _ => _recipients);

    /// <summary>The content as a CMS message.</summary>
    public byte[] Seal(ReadOnlySpan<byte> content)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var cipher = new byte[content.Length];
        var tag = new byte[TagLength];
        _cipher.Encrypt(nonce, content, cipher, tag);

        var writer = new AsnWriter(AsnEncodingRules.DER, content.Length + _recipients.Length + 256);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.AuthEnvelopedData);
            using (writer.PushSequence(CmsOids.Explicit(0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                writer.WriteEncodedValue(_recipients);
                WriteContent(writer, nonce, cipher);
                writer.WriteOctetString(tag);
            }
        }

        return writer.Encode();
    }

    /// <summary>What a message of this sealer holds; the caller zeroes it.</summary>
    /// <exception cref="CryptographicException">It is none, or was changed.</exception>
    /// <exception cref="FormatException">It is no CMS message.</exception>
    public byte[] Open(ReadOnlyMemory<byte> der) => CmsEnvelope.Parse(der).Open(_cipher);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_contentKey);
        _cipher.Dispose();
    }

    private static void WriteContent(AsnWriter writer, byte[] nonce, byte[] cipher)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.Data);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(CmsOids.Aes256Gcm);
                using (writer.PushSequence())
                {
                    writer.WriteOctetString(nonce);
                    writer.WriteInteger(TagLength);
                }
            }

            writer.WriteOctetString(cipher, new Asn1Tag(TagClass.ContextSpecific, 0));
        }
    }
}
