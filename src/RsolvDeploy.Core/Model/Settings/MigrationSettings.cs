namespace RsolvDeploy;

/// <summary>How migrations are shown and run, by exec in a pod of the deployment. Argument lists; no shell.</summary>
/// <param name="Status">The command that lists them.</param>
/// <param name="Run">The command that runs them.</param>
/// <param name="Timeout">How long either may take.</param>
public sealed record MigrationSettings(IReadOnlyList<string> Status, IReadOnlyList<string> Run, TimeSpan Timeout);
