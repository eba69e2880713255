using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Signing;

/// <summary>Verifies that a trusted signer wrote a manifest.</summary>
/// <param name="folder">The backup.</param>
/// <param name="signature">The signature, as the manifest describes it.</param>
/// <param name="hash">SHA-256 of the file of the manifest.</param>
internal sealed class SignatureCheck(string folder, ManifestSignature signature, byte[] hash)
{
    /// <summary>Verifies it by the signer's certificate, which needs no private key.</summary>
    /// <returns>Whether the signer is trusted; a passphrase can still verify the backup of an unknown signer.</returns>
    /// <exception cref="DeployException"><c>BackupCorrupt</c>: the manifest, its signature or the certificate beside
    /// it was changed.</exception>
    public bool VerifyByCertificate(BackupKeyStore trusted)
    {
        if (trusted.FindSigner(signature.Fingerprint) is not { } signer) return false;
        using var key = signer.Certificate.GetRSAPublicKey();
        if (key is null || !key.VerifyHash(hash, Read(ManifestSigner.SignatureName), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))
            throw ManifestFile.Corrupt(folder, $"{ManifestFile.Name} or {ManifestSigner.SignatureName} was changed after it was signed");
        if (!Read(ManifestSigner.CertificateName).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(signer.Pem)))
            throw ManifestFile.Corrupt(folder, $"{ManifestSigner.CertificateName} is not the signer's certificate");
        return true;
    }

    /// <summary>Verifies it by the passphrase that the backup is encrypted for.</summary>
    /// <exception cref="DeployException"><c>DecryptionFailed</c>, <c>BackupSignerUnknown</c>.</exception>
    public void VerifyByPassphrase(DecryptionKey? key)
    {
        if (signature.Passphrase is null || key is not PassphraseDecryptionKey passphrase) throw Unknown();
        var derived = passphrase.Derive(Salt(signature.Passphrase), signature.Passphrase.Iterations);
        if (!CryptographicOperations.FixedTimeEquals(derived.Authenticate(hash), Read(ManifestSigner.CodeName)))
        {
            throw new DeployException("DecryptionFailed", FaultCategory.SecurityError,
                $"The passphrase does not verify the manifest of the backup {folder}: "
                    + "the passphrase is wrong, or the manifest was changed.",
                "Give the passphrase that the backup was created with. If it was that one, use another backup.")
            { Subject = folder };
        }
    }

    private byte[] Read(string name)
    {
        if (!File.Exists(Path.Combine(folder, name))) throw ManifestFile.Corrupt(folder, $"{name} is missing");
        return ManifestFile.ReadBytes(folder, name, ManifestFile.LargestSignature);
    }

    // A malicious file could demand hours of hashing, or a hash that is found at once.
    private byte[] Salt(PassphraseDerivation derivation)
    {
        var salt = new byte[PasswordKey.LongestSalt];
        var isText = Convert.TryFromBase64String(derivation.Salt ?? "", salt, out var length);
        return isText && length >= PasswordKey.ShortestSalt
            && derivation.Iterations is >= PasswordKey.FewestIterations and <= PasswordKey.MostIterations
            ? salt[..length]
            : throw ManifestFile.Corrupt(folder, "the manifest derives the key of the passphrase in a way that no backup does");
    }

    private DeployException Unknown() => new("BackupSignerUnknown", FaultCategory.SecurityError,
        $"The backup {folder} is signed by {signature.Subject} (SHA-256 {signature.Fingerprint}), who is not trusted.",
        $"If this is the fingerprint of a colleague's key, copy {ManifestSigner.CertificateName} of the backup into "
        + $"{BackupKeyStore.ForUser().SignersFolder}. "
        + "Or give the passphrase that the backup was created with.")
    { Subject = folder };
}
