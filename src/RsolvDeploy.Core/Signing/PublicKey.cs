using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Errors;
using RsolvDeploy.Storage;
using X509Key = System.Security.Cryptography.X509Certificates.PublicKey;

namespace RsolvDeploy.Signing;

/// <summary>A public key that verifies signatures of the tools of sigstore: ECDSA in DER, or RSA PKCS #1, with SHA-256.</summary>
/// <param name="Info">The key as SubjectPublicKeyInfo.</param>
/// <param name="Path">The file it was read from.</param>
internal sealed record PublicKey(byte[] Info, string Path)
{
    private const int LargestFile = 1 << 20;

    /// <summary>SHA-256 of the key, lower-case hex.</summary>
    public string Id { get; } = Sha256Text.Of(Info);

    /// <summary>The key as the tools of sigstore name it: SHA-256 in base64.</summary>
    public string Hint => Convert.ToBase64String(SHA256.HashData(Info));

    /// <summary>The key in PEM, as cosign reads it, with a line feed at its end.</summary>
    public string Pem => PemEncoding.WriteString("PUBLIC KEY", Info) + "\n";

    /// <summary>The key of a certificate.</summary>
    public static PublicKey From(SignerCertificate certificate) =>
        new(certificate.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), certificate.Path);

    /// <summary>Reads all keys of a PEM file: public keys and certificates; at least one.</summary>
    /// <exception cref="DeployException"><c>SignerInvalid</c>.</exception>
    public static IReadOnlyList<PublicKey> LoadAll(string path)
    {
        try
        {
            var content = RegularFile.ReadAll(path, LargestFile, out var problem);
            if (problem.Length > 0) throw new CryptographicException($"The file {problem}.");
            var keys = Read(Encoding.UTF8.GetString(content), path);
            return keys.Count > 0 ? keys : throw new CryptographicException("It has no public key and no certificate in PEM.");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException || StorageFaults.IsOne(e))
        {
            throw new DeployException("SignerInvalid", FaultCategory.InvalidData,
                $"The key of a signer cannot be read at {path}: {e.Message}",
                "Put the signer's public key or certificate there, in PEM, or remove it from 'signers'.", e)
            { Subject = path };
        }
    }

    /// <summary>Whether this key signed the content; anything that is no signature is not.</summary>
    public bool Verifies(byte[] content, byte[] signature)
    {
        try
        {
            var key = X509Key.CreateFromSubjectPublicKeyInfo(Info, out _);
            using var curve = key.GetECDsaPublicKey();
            if (curve is not null)
                return curve.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            using var rsa = key.GetRSAPublicKey();
            return rsa is not null && rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The file and the beginning of the key's id, for people.</summary>
    public override string ToString() => $"{System.IO.Path.GetFileName(Path)} ({Id[..12]})";

    private static List<PublicKey> Read(string text, string path)
    {
        var keys = new List<PublicKey>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label is "PUBLIC KEY")
            {
                var key = X509Key.CreateFromSubjectPublicKeyInfo(Convert.FromBase64String(rest[fields.Base64Data].ToString()), out _);
                keys.Add(new PublicKey(key.ExportSubjectPublicKeyInfo(), path));
            }
            else if (label is "CERTIFICATE")
            {
                using var certificate = X509Certificate2.CreateFromPem(rest[fields.Location]);
                keys.Add(new PublicKey(certificate.PublicKey.ExportSubjectPublicKeyInfo(), path));
            }

            rest = rest[fields.Location.End..];
        }

        return keys;
    }
}
