namespace RsolvDeploy.Sandbox;

/// <summary>A request that the API server received.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Status">The status of the response.</param>
internal sealed record SandboxRequest(string Method, string Path, int Status);
