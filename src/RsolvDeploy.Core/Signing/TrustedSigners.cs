using RsolvDeploy.Errors;

namespace RsolvDeploy.Signing;

/// <summary>
/// Whose records are believed: the operator's own, those of the configuration (<c>signers</c>), and those in the folder of signers.
/// </summary>
/// <param name="own">The operator's own key.</param>
/// <param name="configured">The certificate files that the configuration names.</param>
internal sealed class TrustedSigners(SigningKey own, IReadOnlyList<string> configured)
{
    private readonly List<string> _unreadable = [];
    private IReadOnlyDictionary<string, SignerCertificate>? _known;

    /// <summary>The files of signers that could not be read; they stop nobody, and whom they name is not trusted.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>The operator's own key.</summary>
    public SigningKey Own => own;

    /// <summary>The signers that this user trusts.</summary>
    /// <param name="configured">The certificate files that the configuration names; null for none.</param>
    public static TrustedSigners ForUser(IReadOnlyList<string>? configured = null) => new(SigningKey.ForUser(), configured ?? []);

    /// <summary>The trusted certificate with this fingerprint; null for none.</summary>
    public SignerCertificate? Find(string fingerprint)
    {
        if ((_known ??= Read()).GetValueOrDefault(fingerprint) is { } known) return known;
        // The own key may have been created since.
        return OwnCertificates().FirstOrDefault(certificate => certificate.Fingerprint == fingerprint);
    }

    /// <summary>All trusted certificates.</summary>
    public IReadOnlyList<SignerCertificate> All =>
        [.. (_known ??= Read()).Values.Concat(OwnCertificates()).DistinctBy(certificate => certificate.Fingerprint)];

    private Dictionary<string, SignerCertificate> Read()
    {
        IEnumerable<string> others = Directory.Exists(own.SignersFolder) ? Directory.EnumerateFiles(own.SignersFolder) : [];
        return others.Concat(configured)
            .SelectMany(Load)
            .Concat(OwnCertificates())
            .DistinctBy(certificate => certificate.Fingerprint)
            .ToDictionary(certificate => certificate.Fingerprint, StringComparer.Ordinal);
    }

    private IReadOnlyList<SignerCertificate> Load(string path)
    {
        try
        {
            return SignerCertificate.LoadAll(path);
        }
        catch (DeployException)
        {
            _unreadable.Add(path);
            return [];
        }
    }

    private IReadOnlyList<SignerCertificate> OwnCertificates() => own.Exists ? Load(own.CertificatePath) : [];
}
