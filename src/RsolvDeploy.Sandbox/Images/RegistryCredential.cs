namespace RsolvDeploy.Sandbox.Images;

/// <summary>The credential of the registry.</summary>
internal sealed record RegistryCredential(string Username, string Password);
