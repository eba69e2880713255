namespace RsolvDeploy;

/// <summary>The source tree that is deployed.</summary>
/// <param name="Path">The work tree, as a full path.</param>
/// <param name="Remote">The remote that holds the main branch.</param>
/// <param name="Branch">The main branch.</param>
public sealed record SourceSettings(string Path, string Remote, string Branch);
