namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>A branch with its newest commit and its files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sha">Its newest commit.</param>
/// <param name="Date">When that was made.</param>
/// <param name="Files">The texts of its files by their paths.</param>
internal sealed record GitHubBranch(string Name, string Sha, DateTimeOffset Date, IReadOnlyDictionary<string, string> Files);
