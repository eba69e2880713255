namespace RsolvDeploy.Backups;

/// <summary>What a restore records when it starts.</summary>
/// <param name="Folder">The folder of the backup.</param>
/// <param name="Manifest">The hash of its manifest.</param>
/// <param name="Cluster">The API server.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Changes">What is to be changed, each as <c>Kind/name: change</c>; never a value.</param>
internal sealed record RestoreFacts(string Folder, string Manifest, string Cluster, string Namespace, IReadOnlyList<string> Changes);
