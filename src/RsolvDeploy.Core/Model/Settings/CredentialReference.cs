namespace RsolvDeploy;

/// <summary>
/// Where a credential lies: in a Secret of the cluster, or in environment variables. Its value is never in the configuration.
/// </summary>
/// <param name="Secret">The Secret, <c>name</c> or <c>namespace/name</c>; empty for environment variables.</param>
/// <param name="Username">The key that holds the user's name; empty beside a token.</param>
/// <param name="Password">The key that holds the password; empty beside a token.</param>
public sealed record CredentialReference(string Secret, string Username, string Password)
{
    /// <summary>Whether the keys are the names of environment variables, instead of keys of a Secret.</summary>
    public bool IsEnvironment { get; init; }

    /// <summary>The key that holds a token; it is used instead of name and password. Null for none.</summary>
    public string? Token { get; init; }

    /// <summary>The key that holds the client certificate in PEM, with its intermediates; null for none.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>The key that holds the private key of the client certificate in PEM; null for none.</summary>
    public string? ClientKey { get; init; }

    /// <summary>The key that holds the authorities in PEM that are trusted instead of the system's; null for those.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>Where it lies, for people.</summary>
    public override string ToString() => IsEnvironment ? "environment variables" : $"Secret {Secret}";
}
