namespace RsolvDeploy.Images.Registry;

/// <summary>Who asks a registry. Never shown: its text is its user at most.</summary>
/// <param name="Username">The user; empty when there is only a token.</param>
/// <param name="Password">The password; empty when there is only a token.</param>
/// <param name="IdentityToken">A token that gets other tokens; null for none.</param>
internal sealed record RegistryCredential(string Username, string Password, string? IdentityToken)
{
    public override string ToString() => Username.Length > 0 ? Username : "(token)";
}
