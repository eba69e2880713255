namespace RsolvDeploy.Signing;

/// <summary>
/// Whose records are believed: the operator's own, those of the configuration (<c>signers</c>), and those in the folder of signers.
/// </summary>
/// <param name="own">The operator's own key.</param>
/// <param name="configured">The certificate files that the configuration names.</param>
internal sealed class TrustedSigners(SigningKey own, IReadOnlyList<string> configured)
{
    private IReadOnlyDictionary<string, SignerCertificate>? _known;

    /// <summary>The operator's own key.</summary>
    public SigningKey Own => own;

    /// <summary>The signers that this user trusts.</summary>
    /// <param name="configured">The certificate files that the configuration names; null for none.</param>
    public static TrustedSigners ForUser(IReadOnlyList<string>? configured = null) => new(SigningKey.ForUser(), configured ?? []);

    /// <summary>The trusted certificate with this fingerprint; null for none.</summary>
    /// <exception cref="Errors.DeployException"><c>SignerInvalid</c>: a file is no certificate.</exception>
    public SignerCertificate? Find(string fingerprint)
    {
        if ((_known ??= Read()).GetValueOrDefault(fingerprint) is { } known) return known;
        // The own key may have been created since.
        return OwnCertificates().FirstOrDefault(certificate => certificate.Fingerprint == fingerprint);
    }

    private Dictionary<string, SignerCertificate> Read()
    {
        IEnumerable<string> others = Directory.Exists(own.SignersFolder) ? Directory.EnumerateFiles(own.SignersFolder) : [];
        return others.Concat(configured)
            .SelectMany(SignerCertificate.LoadAll)
            .Concat(OwnCertificates())
            .DistinctBy(certificate => certificate.Fingerprint)
            .ToDictionary(certificate => certificate.Fingerprint, StringComparer.Ordinal);
    }

    private IReadOnlyList<SignerCertificate> OwnCertificates() => own.Exists ? SignerCertificate.LoadAll(own.CertificatePath) : [];
}
