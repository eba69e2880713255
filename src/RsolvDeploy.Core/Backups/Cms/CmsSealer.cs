using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Backups.Cms;

/// <summary>Encrypts contents for certificates and a passphrase as CMS AuthEnvelopedData with AES-256-GCM, in DER. Not thread safe.</summary>
/// <remarks>
/// Authenticated, so that a changed byte is noticed when it is opened, by <c>openssl cms -decrypt</c> too.
/// The format is written with the platform's ASN.1 writer and the platform's ciphers: no library at hand writes
/// AuthEnvelopedData or derives the passphrase's key with another hash than SHA-1.
/// </remarks>
internal sealed class CmsSealer : IDisposable
{
    public const string Description = "CMS AuthEnvelopedData, AES-256-GCM";

    private const int TagLength = 16;
    private readonly List<(X509Certificate2 Certificate, RSA Key)> _certificates;
    private readonly PasswordKey? _password;

    /// <param name="certificates">RSA certificates; not disposed here.</param>
    /// <param name="password">The passphrase's key, shared by all sealers of a backup; not disposed here.</param>
    public CmsSealer(IEnumerable<X509Certificate2> certificates, PasswordKey? password)
    {
        _certificates = certificates.Select(certificate => (certificate, certificate.GetRSAPublicKey()!)).ToList();
        _password = password;
    }

    public SealedContent Seal(ReadOnlySpan<byte> content)
    {
        var contentKey = RandomNumberGenerator.GetBytes(32);
        var nonce = RandomNumberGenerator.GetBytes(12);
        var cipher = new byte[content.Length];
        var tag = new byte[TagLength];
        using (var gcm = new AesGcm(contentKey, TagLength))
            gcm.Encrypt(nonce, content, cipher, tag);

        var writer = new AsnWriter(AsnEncodingRules.DER, content.Length + 2048);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.AuthEnvelopedData);
            using (writer.PushSequence(Explicit(0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                WriteRecipients(writer, contentKey);
                WriteContent(writer, nonce, cipher);
                writer.WriteOctetString(tag);
            }
        }

        return new SealedContent(writer.Encode(), contentKey);
    }

    public void Dispose()
    {
        foreach (var (_, key) in _certificates)
            key.Dispose();
    }

    private static Asn1Tag Explicit(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

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

    private void WriteRecipients(AsnWriter writer, byte[] contentKey)
    {
        using (writer.PushSetOf())
        {
            foreach (var (certificate, key) in _certificates)
                WriteCertificateRecipient(writer, certificate, key.Encrypt(contentKey, RSAEncryptionPadding.OaepSHA256));
            if (_password is not null)
                WritePasswordRecipient(writer, _password, contentKey);
        }
    }

    private static void WriteCertificateRecipient(AsnWriter writer, X509Certificate2 certificate, byte[] encryptedKey)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(certificate.IssuerName.RawData);
                writer.WriteInteger(certificate.SerialNumberBytes.Span);
            }

            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(CmsOids.RsaOaep);
                using (writer.PushSequence())
                {
                    using (writer.PushSequence(Explicit(0)))
                        WriteAlgorithm(writer, CmsOids.Sha256);
                    using (writer.PushSequence(Explicit(1)))
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(CmsOids.Mgf1);
                        WriteAlgorithm(writer, CmsOids.Sha256);
                    }
                }
            }

            writer.WriteOctetString(encryptedKey);
        }
    }

    private static void WritePasswordRecipient(AsnWriter writer, PasswordKey password, byte[] contentKey)
    {
        var iv = RandomNumberGenerator.GetBytes(16);
        using (writer.PushSequence(Explicit(3)))
        {
            writer.WriteInteger(0);
            using (writer.PushSequence(Explicit(0)))
            {
                writer.WriteObjectIdentifier(CmsOids.Pbkdf2);
                using (writer.PushSequence())
                {
                    writer.WriteOctetString(password.Salt);
                    writer.WriteInteger(password.Iterations);
                    WriteAlgorithm(writer, CmsOids.HmacSha256);
                }
            }

            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(CmsOids.PasswordKeyWrap);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(CmsOids.Aes256Cbc);
                    writer.WriteOctetString(iv);
                }
            }

            writer.WriteOctetString(PasswordKeyWrap.Wrap(password.Key, iv, contentKey));
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteNull();
        }
    }
}
