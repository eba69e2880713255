using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Errors;
using RsolvDeploy.Signing;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Keys;

/// <summary>A certificate that backups are encrypted for.</summary>
/// <param name="Certificate">The certificate, without its private key.</param>
/// <param name="Path">The file.</param>
internal sealed record RecipientCertificate(X509Certificate2 Certificate, string Path)
{
    private const int MinimumKeyBits = 2048;

    /// <summary>SHA-256 of the certificate, lower-case hex.</summary>
    public string Fingerprint => FingerprintFor(Certificate);

    public static string FingerprintFor(X509Certificate2 certificate) => SignerCertificate.FingerprintFor(certificate);

    /// <summary>Reads the first certificate of a file, PEM or DER; or finds <c>store:thumbprint</c>.</summary>
    public static RecipientCertificate Load(string path)
    {
        var certificate = path.StartsWith(UserCertificates.Prefix, StringComparison.Ordinal) ? UserCertificates.Find(path) : Read(path);
        using var key = certificate.GetRSAPublicKey();
        if (key is null || key.KeySize < MinimumKeyBits)
        {
            throw new DeployException("RecipientUnsupported", FaultCategory.InvalidArgument,
                $"The certificate {path} has no RSA key of {MinimumKeyBits} bits or more; backups cannot be encrypted for it.",
                "Name an RSA certificate under backup.recipients.")
            { Subject = path };
        }

        return new RecipientCertificate(certificate, path);
    }

    private static X509Certificate2 Read(string path)
    {
        try
        {
            return new X509Certificate2(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DeployException("RecipientNotFound", FaultCategory.ObjectNotFound,
                $"The recipient's certificate {path} does not exist.",
                "Correct backup.recipients in the configuration, or put the certificate there.", e)
            { Subject = path };
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForRead(path, e);
        }
        catch (CryptographicException e)
        {
            throw new DeployException("RecipientInvalid", FaultCategory.InvalidData, $"{path} is no X.509 certificate in PEM or DER.",
                "Name a certificate file under backup.recipients, not a private key.", e)
            { Subject = path };
        }
    }
}
