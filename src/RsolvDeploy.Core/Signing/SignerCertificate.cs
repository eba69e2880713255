using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Signing;

/// <summary>The certificate of somebody who signs.</summary>
/// <param name="Certificate">The certificate, without its private key.</param>
/// <param name="Path">The file it was read from.</param>
internal sealed record SignerCertificate(X509Certificate2 Certificate, string Path)
{
    private const int LargestFile = 1 << 20;

    /// <summary>SHA-256 of the certificate, lower-case hex.</summary>
    public string Fingerprint { get; } = FingerprintFor(Certificate);

    /// <summary>SHA-256 of a certificate, lower-case hex.</summary>
    public static string FingerprintFor(X509Certificate2 certificate) =>
        Sha256Text.Of(certificate.RawData);

    /// <summary>The certificate in PEM, with a line feed at its end.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>Reads all certificates of a PEM file; at least one.</summary>
    /// <exception cref="DeployException"><c>SignerInvalid</c>.</exception>
    public static IReadOnlyList<SignerCertificate> LoadAll(string path)
    {
        try
        {
            var content = RegularFile.ReadAll(path, LargestFile, out var problem);
            if (problem.Length > 0) throw new CryptographicException($"The file {problem}.");
            var found = new X509Certificate2Collection();
            found.ImportFromPem(Encoding.UTF8.GetString(content));
            if (found.Count == 0) throw new CryptographicException("It has no certificate in PEM.");
            return [.. found.Select(one => new SignerCertificate(one, path))];
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException || StorageFaults.IsOne(e))
        {
            throw new DeployException("SignerInvalid", FaultCategory.InvalidData,
                $"The certificate of a signer cannot be read at {path}: {e.Message}",
                "Put the signer's certificate there, in PEM, or remove it from 'signers' or from the folder of signers.", e)
            { Subject = path };
        }
    }

    /// <summary>Whether this signer signed the content (ECDSA or RSA-PSS, SHA-256).</summary>
    /// <param name="content">The signed bytes.</param>
    /// <param name="signature">The signature, base64; anything else is no signature.</param>
    public bool Verifies(ReadOnlySpan<byte> content, string signature)
    {
        var value = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, value, out var length)) return false;
        try
        {
            if (Certificate.GetECDsaPublicKey() is { } curve)
            {
                using (curve) return curve.VerifyData(content, value.AsSpan(0, length), HashAlgorithmName.SHA256);
            }

            using var rsa = Certificate.GetRSAPublicKey();
            return rsa is not null && rsa.VerifyData(content, value.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
