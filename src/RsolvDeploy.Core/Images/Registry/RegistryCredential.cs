namespace RsolvDeploy.Images.Registry;

/// <summary>A login of a registry. Its text is the user at most.</summary>
/// <param name="Username">The user; empty when there is only a token.</param>
/// <param name="Password">The password; empty when there is only a token.</param>
/// <param name="IdentityToken">A token that gets other tokens; null for none.</param>
internal sealed record RegistryCredential(string Username, string Password, string? IdentityToken)
{
    /// <summary>A token that the registry itself accepts; null for none.</summary>
    public string? AccessToken { get; init; }

    /// <summary>Whether it has a user with a password.</summary>
    public bool HasPassword => Username.Length > 0 && Password.Length > 0;

    public override string ToString() => Username.Length > 0 ? Username : "(token)";
}
