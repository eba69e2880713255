using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Keys;

/// <summary>Who can decrypt a backup, and who signs it.</summary>
/// <param name="Certificates">The configured certificates.</param>
/// <param name="Passphrase">A passphrase, alone or beside certificates; null for none. The caller disposes it.</param>
/// <param name="Signer">The operator's own key pair, which signs.</param>
internal sealed record BackupEncryption(
    IReadOnlyList<RecipientCertificate> Certificates, BackupPassphrase? Passphrase, BackupKeyStore Signer)
{
    /// <summary>
    /// Reads the configured certificates. Without certificates and passphrase, the operator's own key pair is the recipient.
    /// </summary>
    public static BackupEncryption Plan(BackupSettings settings, BackupPassphrase? passphrase, BackupKeyStore own)
    {
        if (passphrase is { IsShort: true })
        {
            throw new DeployException("PassphraseTooShort", FaultCategory.InvalidArgument,
                $"The passphrase has fewer than {BackupPassphrase.Shortest} characters; somebody could guess it.",
                "Use a longer one, for example four random words.");
        }

        var certificates = settings.Recipients.Select(RecipientCertificate.Load).ToList();
        return new BackupEncryption(certificates, passphrase, own);
    }

    /// <summary>Whether every object is encrypted, and not only Secrets.</summary>
    public bool Everything { get; init; }

    /// <summary>The own key pair when there is no other recipient; otherwise null.</summary>
    public BackupKeyStore? OwnKeys => Certificates.Count == 0 ? Signer : null;

    /// <summary>All certificates; the own key pair has to exist.</summary>
    public IReadOnlyList<RecipientCertificate> AllCertificates() =>
        OwnKeys is null ? Certificates : [.. Certificates, OwnKeys.LoadCertificate()];

    /// <summary>The recipients, for people.</summary>
    public string Describe()
    {
        var names = Certificates.Select(recipient => $"{recipient.Certificate.Subject} ({recipient.Path})").ToList();
        if (OwnKeys is not null)
            names.Add(OwnKeys.Exists ? $"your own key ({OwnKeys.CertificatePath})" : $"a new key pair of your own ({OwnKeys.Folder})");
        if (Passphrase is not null)
            names.Add("a passphrase");
        return $"{CmsSealer.Description}, for {string.Join(", ", names)}{(Everything ? "; every object" : "")}";
    }

    /// <summary>The recipients, as the manifest lists them.</summary>
    public ManifestEncryption ForManifest()
    {
        var recipients = AllCertificates().Select(recipient => new ManifestRecipient("certificate")
        {
            Subject = recipient.Certificate.Subject,
            Serial = recipient.Certificate.SerialNumber,
            Fingerprint = recipient.Fingerprint,
        }).ToList();
        if (Passphrase is not null)
        {
            recipients.Add(
                new ManifestRecipient("passphrase") { Derivation = $"PBKDF2-HMAC-SHA256, {PasswordKey.StandardIterations} iterations" });
        }

        return new ManifestEncryption(CmsSealer.Description, recipients);
    }
}
