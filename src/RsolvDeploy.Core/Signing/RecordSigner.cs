using System.Security.Cryptography;

namespace RsolvDeploy.Signing;

/// <summary>Signs records with the operator's own key. Thread safe.</summary>
/// <param name="key">The private key, which this disposes.</param>
/// <param name="certificate">Its certificate.</param>
internal sealed class RecordSigner(ECDsa key, SignerCertificate certificate) : IDisposable
{
    private readonly object _one = new();

    /// <summary>The certificate.</summary>
    public SignerCertificate Certificate => certificate;

    /// <summary>Signs a text.</summary>
    /// <param name="purpose">What kind of record it is, so that no record passes as one of another kind.</param>
    /// <param name="text">The record.</param>
    public RecordSignature Sign(string purpose, string text)
    {
        lock (_one)
        {
            return new RecordSignature(
                certificate.Fingerprint,
                Convert.ToBase64String(key.SignData(RecordSignature.Content(purpose, text), HashAlgorithmName.SHA256)));
        }
    }

    /// <summary>The public key.</summary>
    public PublicKey PublicKey { get; } = PublicKey.From(certificate);

    /// <summary>Signs the content of an envelope, in the form that the tools of sigstore read (DER).</summary>
    /// <param name="content">The encoded content, which names its type itself.</param>
    public byte[] SignEnvelope(byte[] content)
    {
        lock (_one) return key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Forgets the private key.</summary>
    public void Dispose() => key.Dispose();
}
