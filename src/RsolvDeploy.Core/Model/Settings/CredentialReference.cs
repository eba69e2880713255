namespace RsolvDeploy;

/// <summary>Where a credential lies in the cluster; its value is never in the configuration.</summary>
/// <param name="Secret">The Secret, <c>name</c> or <c>namespace/name</c>.</param>
/// <param name="Username">The key that holds the user's name; empty beside a token.</param>
/// <param name="Password">The key that holds the password; empty beside a token.</param>
public sealed record CredentialReference(string Secret, string Username, string Password)
{
    /// <summary>The key that holds a token; it is used instead of name and password. Null for none.</summary>
    public string? Token { get; init; }
}
