namespace RsolvDeploy;

/// <summary>How a service is asked: with which credential and headers, and over TLS or not.</summary>
public sealed record ServiceAccessSettings
{
    /// <summary>Where its credential lies; null for none.</summary>
    public CredentialReference? Credential { get; init; }

    /// <summary>Headers of every request, such as <c>X-Scope-OrgID</c> of Mimir; none of them is a credential.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a service of the cluster uses TLS. An address shows it itself.</summary>
    public bool UsesTls { get; init; }
}
