using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Backups.Cms;

/// <summary>Wraps a content key for every recipient, as the RecipientInfos of a CMS message.</summary>
internal static class CmsRecipientWriter
{
    /// <summary>The encoded set.</summary>
    public static byte[] Write(IEnumerable<X509Certificate2> certificates, PasswordKey? password, byte[] contentKey)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            foreach (var certificate in certificates)
            {
                using var key = certificate.GetRSAPublicKey()!;
                WriteCertificateRecipient(writer, certificate, key.Encrypt(contentKey, RSAEncryptionPadding.OaepSHA256));
            }

            if (password is not null) WritePasswordRecipient(writer, password, contentKey);
        }

        return writer.Encode();
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
                writer.WriteEncodedValue(CmsOids.RsaOaep);
                using (writer.PushSequence())
                {
                    using (writer.PushSequence(CmsOids.Explicit(0)))
                        WriteAlgorithm(writer, CmsOids.Sha256);
                    using (writer.PushSequence(CmsOids.Explicit(1)))
                    using (writer.PushSequence())
                    {
                        writer.WriteEncodedValue(CmsOids.Mgf1);
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
        using (writer.PushSequence(CmsOids.Explicit(3)))
        {
            writer.WriteInteger(0);
            using (writer.PushSequence(CmsOids.Explicit(0)))
            {
                writer.WriteEncodedValue(CmsOids.Pbkdf2);
                using (writer.PushSequence())
                {
                    writer.WriteOctetString(password.Salt);
                    writer.WriteInteger(password.Iterations);
                    WriteAlgorithm(writer, CmsOids.HmacSha256);
                }
            }

            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(CmsOids.PasswordKeyWrap);
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(CmsOids.Aes256Cbc);
                    writer.WriteOctetString(iv);
                }
            }

            writer.WriteOctetString(PasswordKeyWrap.Wrap(password.Key, iv, contentKey));
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, ReadOnlySpan<byte> oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(oid);
            writer.WriteNull();
        }
    }
}
