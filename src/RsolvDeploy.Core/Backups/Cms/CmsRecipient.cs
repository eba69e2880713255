using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Backups.Cms;

/// <summary>A recipient of an encrypted content.</summary>
/// <param name="EncryptedKey">The content key, wrapped for this recipient.</param>
internal abstract record CmsRecipient(byte[] EncryptedKey);

/// <summary>A recipient with a certificate.</summary>
internal sealed record CmsCertificateRecipient(byte[] Issuer, byte[] Serial, byte[] EncryptedKey) : CmsRecipient(EncryptedKey)
{
    public bool Names(X509Certificate2 certificate) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(Issuer) && certificate.SerialNumberBytes.Span.SequenceEqual(Serial);
}

/// <summary>A recipient with a passphrase.</summary>
internal sealed record CmsPasswordRecipient(byte[] Salt, int Iterations, byte[] Iv, byte[] EncryptedKey) : CmsRecipient(EncryptedKey);
