namespace RsolvDeploy.Images.Registry;

/// <summary>A login of a registry. Its text is the user at most.</summary>
/// <param name="Username">The user; empty when there is only a token.</param>
/// <param name="Password">The password; empty when there is only a token.</param>
/// <param name="IdentityToken">A token that gets other tokens; null for none.</param>
internal sealed record RegistryCredential(string Username, string Password, string? IdentityToken)
{
    public override string ToString() => Username.Length > 0 ? Username : "(token)";
}
