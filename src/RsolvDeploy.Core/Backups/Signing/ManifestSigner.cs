using System.Security.Cryptography;
using System.Text;

using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Signing;

/// <summary>
/// Signs manifests with the operator's own key, so that the certificate alone verifies them. With a passphrase, an authentication code is
/// written too, for those who know the passphrase but do not trust the signer.
/// </summary>
/// <param name="keys">The operator's own key pair, which exists.</param>
/// <param name="password">The key of the passphrase; null for none.</param>
internal sealed class ManifestSigner(BackupKeyStore keys, PasswordKey? password)
{
    public const string SignatureName = "manifest.json.sig";
    public const string CodeName = "manifest.json.hmac";
    public const string CertificateName = "signer.pem";

    private readonly RecipientCertificate _certificate = keys.LoadCertificate();

    /// <summary>The signature, as the manifest describes it.</summary>
    public ManifestSignature Describe() => new(_certificate.Certificate.Subject, _certificate.Fingerprint)
    {
        Passphrase = password is null ? null : new PassphraseDerivation(Convert.ToBase64String(password.Salt), password.Iterations),
    };

    /// <summary>Signs a manifest: writes the signature, the certificate and, with a passphrase, the code.</summary>
    public void Write(string folder, byte[] manifestHash)
    {
        using var key = keys.LoadKey();
        PrivateStorage.Write(
            Path.Combine(folder, SignatureName), key.SignHash(manifestHash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        PrivateStorage.Write(Path.Combine(folder, CertificateName), Pem(_certificate));
        if (password is not null) PrivateStorage.Write(Path.Combine(folder, CodeName), password.Authenticate(manifestHash));
    }

    /// <summary>The files of a manifest's signature.</summary>
    public static IEnumerable<string> FilesFor(BackupManifest manifest) =>
        manifest.Signature.Passphrase is null ? [SignatureName, CertificateName] : [SignatureName, CertificateName, CodeName];

    /// <summary>The certificate, as a backup stores it.</summary>
    public static byte[] Pem(RecipientCertificate certificate) =>
        Encoding.ASCII.GetBytes(certificate.Certificate.ExportCertificatePem() + "\n");
}
