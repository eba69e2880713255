namespace RsolvDeploy.Sandbox.Images;

/// <summary>Who may use the registry.</summary>
internal sealed record RegistryCredential(string Username, string Password);
