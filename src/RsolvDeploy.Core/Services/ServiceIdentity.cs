namespace RsolvDeploy.Services;

/// <summary>How errors name a service, and the section of the configuration that leads to it.</summary>
/// <param name="Product">Its name, such as Prometheus.</param>
/// <param name="Section">The section of rsolv.yaml, such as <c>prometheus</c>.</param>
/// <param name="UnreachableId">The id of the error when it does not respond.</param>
internal sealed record ServiceIdentity(string Product, string Section, string UnreachableId)
{
    /// <summary>The id of the error when it refuses the credential with 401; null when its client judges that itself.</summary>
    public string? RefusedId { get; init; }

    /// <summary>The id of the error when its certificate is not valid here.</summary>
    public string UntrustedId => UnreachableId.Replace("Unreachable", "Untrusted", StringComparison.Ordinal);

    /// <summary>Whether compressed responses are asked for.</summary>
    public bool Decompresses { get; init; }

    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
