namespace RsolvDeploy;

/// <summary>The test data to send.</summary>
/// <param name="Path">The path it is posted to.</param>
/// <param name="Header">The header that carries the key.</param>
/// <param name="Key">Where the key lies.</param>
/// <param name="Repository">The repository that the data names.</param>
/// <param name="IssueNumber">The issue that the data names.</param>
public sealed record TestDataSettings(string Path, string Header, SecretKeyReference Key, string Repository, int IssueNumber);
