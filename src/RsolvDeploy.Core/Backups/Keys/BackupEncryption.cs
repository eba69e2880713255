using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Keys;

/// <summary>Whom a backup will be encrypted for.</summary>
/// <param name="Certificates">Certificates that are there already.</param>
/// <param name="Passphrase">The passphrase, too or alone; null for none. Belongs to the caller.</param>
/// <param name="Signer">The operator's own key pair, which signs; it is made when it is not there yet.</param>
internal sealed record BackupEncryption(IReadOnlyList<RecipientCertificate> Certificates, BackupPassphrase? Passphrase, BackupKeyStore Signer)
{
    /// <summary>Reads the configured certificates; with neither these nor a passphrase, the operator's own key pair is the recipient.</summary>
    public static BackupEncryption Plan(BackupSettings settings, BackupPassphrase? passphrase, BackupKeyStore own)
    {
        var certificates = settings.Recipients.Select(RecipientCertificate.Load).ToList();
        return new BackupEncryption(certificates, passphrase, own);
    }

    /// <summary>Whether every object is encrypted, and not only Secrets.</summary>
    public bool Everything { get; init; }

    /// <summary>The own key pair, when nobody else was named as recipient; otherwise null.</summary>
    public BackupKeyStore? OwnKeys => Certificates.Count == 0 && Passphrase is null ? Signer : null;

    /// <summary>All certificates, once the own key pair is there.</summary>
    public IReadOnlyList<RecipientCertificate> AllCertificates() =>
        OwnKeys is null ? Certificates : [.. Certificates, OwnKeys.LoadCertificate()];

    /// <summary>Whom it is for, in words.</summary>
    public string Describe()
    {
        var names = Certificates.Select(recipient => $"{recipient.Certificate.Subject} ({recipient.Path})").ToList();
        if (OwnKeys is not null)
            names.Add(OwnKeys.Exists ? $"your own key ({OwnKeys.CertificatePath})" : $"a new key pair of yours ({OwnKeys.Folder})");
        if (Passphrase is not null)
            names.Add("a passphrase");
        return $"{CmsSealer.Description}, for {string.Join(", ", names)}{(Everything ? "; every object" : "")}";
    }

    /// <summary>Whom it is for, as the manifest says it.</summary>
    public ManifestEncryption ForManifest()
    {
        var recipients = AllCertificates().Select(recipient => new ManifestRecipient("certificate")
        {
            Subject = recipient.Certificate.Subject,
            Serial = recipient.Certificate.SerialNumber,
            Fingerprint = recipient.Fingerprint,
        }).ToList();
        if (Passphrase is not null)
            recipients.Add(new ManifestRecipient("passphrase") { Derivation = $"PBKDF2-HMAC-SHA256, {PasswordKey.StandardIterations} iterations" });
        return new ManifestEncryption(CmsSealer.Description, recipients);
    }
}
