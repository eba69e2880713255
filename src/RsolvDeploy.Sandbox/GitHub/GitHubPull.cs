namespace RsolvDeploy.Sandbox.GitHub;

/// <summary>An open pull request.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Head">Its branch.</param>
/// <param name="Base">The branch that it is for.</param>
/// <param name="Created">When it was opened.</param>
internal sealed record GitHubPull(int Number, string Title, string Head, string Base, DateTimeOffset Created);
