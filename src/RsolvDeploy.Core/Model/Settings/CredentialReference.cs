namespace RsolvDeploy;

/// <summary>Where a credential lies in the cluster; its value is never in the configuration.</summary>
/// <param name="Secret">The Secret, <c>name</c> or <c>namespace/name</c>.</param>
/// <param name="Username">The key that holds the user's name.</param>
/// <param name="Password">The key that holds the password.</param>
public sealed record CredentialReference(string Secret, string Username, string Password);
