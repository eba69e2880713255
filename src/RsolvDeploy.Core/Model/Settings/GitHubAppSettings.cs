namespace RsolvDeploy;

/// <summary>A GitHub App whose installation in the repository gives the token.</summary>
/// <param name="Id">The id or the client id of the App.</param>
/// <param name="KeyEnvironmentVariable">The environment variable with its private key, in PEM, or the path of the file.</param>
public sealed record GitHubAppSettings(string Id, string KeyEnvironmentVariable);
