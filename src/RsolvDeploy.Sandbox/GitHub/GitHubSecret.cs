namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>A secret of the repository, as it was sent.</summary>
/// <param name="Box">The sealed box, in base64.</param>
/// <param name="KeyId">The id of the key that it was sealed for.</param>
/// <param name="Created">When it was set first.</param>
/// <param name="Updated">When it was set last.</param>
internal sealed record GitHubSecret(string Box, string KeyId, DateTimeOffset Created, DateTimeOffset Updated);
