using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Registry;

/// <summary>What the docker configuration has for a registry.</summary>
/// <param name="Credential">The credential; null for none.</param>
/// <param name="Fault">Why a source of credentials could not be read; null when all could. It matters only where the registry
/// requires a credential.</param>
internal sealed record RegistryLogin(RegistryCredential? Credential, DeployException? Fault);
