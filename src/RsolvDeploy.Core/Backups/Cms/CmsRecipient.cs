using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Backups.Cms;

/// <summary>Somebody an encrypted content is for.</summary>
/// <param name="EncryptedKey">The content key, wrapped for this recipient.</param>
internal abstract record CmsRecipient(byte[] EncryptedKey);

/// <summary>The holder of a certificate's private key.</summary>
internal sealed record CmsCertificateRecipient(byte[] Issuer, byte[] Serial, byte[] EncryptedKey) : CmsRecipient(EncryptedKey)
{
    public bool Names(X509Certificate2 certificate) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(Issuer) && certificate.SerialNumberBytes.Span.SequenceEqual(Serial);
}

/// <summary>Whoever knows the passphrase.</summary>
internal sealed record CmsPasswordRecipient(byte[] Salt, int Iterations, byte[] Iv, byte[] EncryptedKey) : CmsRecipient(EncryptedKey);
