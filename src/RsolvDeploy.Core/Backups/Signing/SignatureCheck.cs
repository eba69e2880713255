using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Signing;

/// <summary>Decides whether a manifest is the one that somebody trusted wrote.</summary>
/// <param name="folder">The backup.</param>
/// <param name="signature">What its manifest says about its signature.</param>
/// <param name="hash">SHA-256 of the manifest as it lies there.</param>
internal sealed class SignatureCheck(string folder, ManifestSignature signature, byte[] hash)
{
    /// <summary>By the signer's certificate, which needs no private key.</summary>
    /// <returns>Whether the signer is trusted; the passphrase can still prove a backup of somebody else.</returns>
    /// <exception cref="DeployException"><c>BackupCorrupt</c>: the manifest, its signature or the certificate beside it was changed.</exception>
    public bool VerifyByCertificate(BackupKeyStore trusted)
    {
        if (trusted.FindSigner(signature.Fingerprint) is not { } signer) return false;
        using var key = signer.Certificate.GetRSAPublicKey()!;
        if (!key.VerifyHash(hash, Read(ManifestSigner.SignatureName), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))
            throw ManifestFile.Corrupt(folder, $"{ManifestFile.Name} or {ManifestSigner.SignatureName} was changed after it was signed");
        if (!Read(ManifestSigner.CertificateName).AsSpan().SequenceEqual(ManifestSigner.Pem(signer)))
            throw ManifestFile.Corrupt(folder, $"{ManifestSigner.CertificateName} is not the signer's certificate");
        return true;
    }

    /// <summary>By the passphrase that the backup is encrypted for.</summary>
    /// <exception cref="DeployException"><c>DecryptionFailed</c>, <c>BackupSignerUnknown</c>.</exception>
    public void VerifyByPassphrase(DecryptionKey? key)
    {
        if (signature.Passphrase is null || key is not PassphraseDecryptionKey passphrase) throw Unknown();
        var derived = passphrase.Derive(Convert.FromBase64String(signature.Passphrase.Salt), signature.Passphrase.Iterations);
        if (!CryptographicOperations.FixedTimeEquals(derived.Authenticate(hash), Read(ManifestSigner.CodeName)))
        {
            throw new DeployException("DecryptionFailed", FaultCategory.SecurityError,
                $"The passphrase does not prove the manifest of the backup {folder}: it is another one, or the manifest was changed.",
                "Give the passphrase that the backup was made with; if it was that, use another backup.")
            { Subject = folder };
        }
    }

    private byte[] Read(string name)
    {
        var path = Path.Combine(folder, name);
        var file = new FileInfo(path);
        if (!file.Exists) throw ManifestFile.Corrupt(folder, $"{name} is missing");
        if (file.LinkTarget is not null) throw ManifestFile.Corrupt(folder, $"{name} is a link");
        if (file.Length > ManifestFile.LargestProof) throw ManifestFile.Corrupt(folder, $"{name} is larger than any that was written");
        return ManifestFile.ReadBytes(path);
    }

    private DeployException Unknown() => new("BackupSignerUnknown", FaultCategory.SecurityError,
        $"The backup {folder} is signed by {signature.Subject} (SHA-256 {signature.Fingerprint}), whom you do not trust yet.",
        $"If you know that this is the fingerprint of a colleague's key, copy {ManifestSigner.CertificateName} of the backup into {BackupKeyStore.ForUser().SignersFolder}; or give the passphrase, if it was made with one.")
    { Subject = folder };
}
