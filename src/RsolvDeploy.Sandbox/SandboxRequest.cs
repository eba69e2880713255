namespace RsolvDeploy.Sandbox;

/// <summary>A request that the API server got.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Status">The status that was answered.</param>
internal sealed record SandboxRequest(string Method, string Path, int Status);
