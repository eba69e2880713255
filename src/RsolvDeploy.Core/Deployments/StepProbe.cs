using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments;

/// <summary>Looks up what became of the step in whose middle a run died, where that step acts.</summary>
internal static class StepProbe
{
    /// <summary>Looks, and says what was found; changes nothing.</summary>
    /// <param name="target">Where.</param>
    /// <param name="runId">The run that died.</param>
    /// <param name="step">Its first step that did not end.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="reporter">Who is told.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>RunInDoubt</c>: what became of it cannot be told.</exception>
    public static Task<ProbeResult> RunAsync(Target target, string runId, RunStep step, ClusterClient cluster, IReporter reporter, CancellationToken ct) => (step.Command, step.Facts) switch
    {
        (_, null) when step.IsFiltered => throw Unknown($"{step.Command} stood behind a command that is not of this module and had not begun, so whether it was to act is not known.", runId),
        (_, null) => Task.FromResult(new ProbeResult(false, "it had not begun")),
        ("Backup-RsolvState", { } facts) => BackupAsync(target, facts, ct),
        ("Publish-RsolvImage", { } facts) => PublishProbe.RunAsync(target, facts, ct),
        ("Update-RsolvDeployment", { } facts) => DeploymentProbe.UpdateAsync(target, runId, facts, cluster, ct),
        ("Undo-RsolvDeployment", { } facts) => DeploymentProbe.UndoAsync(target, runId, facts, cluster, ct),
        ("Invoke-RsolvMigration", { } facts) => MigrationProbe.RunAsync(target, step, facts, cluster, reporter, ct),
        ("Remove-RsolvBackup", { } facts) => Task.FromResult(Removal(facts["folder"].Text() ?? "")),
        // A restore compares first and writes only what differs, object by object.
        ("Restore-RsolvState", _) => Task.FromResult(new ProbeResult(false, "what differs still is restored")),
        _ => Task.FromResult(new ProbeResult(false, "it is done anew, as it goes on from what is there")),
    };

    /// <summary>The fault of a step of which nobody can tell what became of it.</summary>
    public static DeployException Unknown(string found, object subject, string remedy = "Look at it yourself, then begin a new run; this one is left as it is.") =>
        new("RunInDoubt", FaultCategory.InvalidOperation, $"The run is not taken up. {found}", remedy) { Subject = subject };

    private static ProbeResult Removal(string folder) => new[] { folder, BackupCatalog.UnfinishedName(folder) }.FirstOrDefault(Directory.Exists) is { } left
        ? new ProbeResult(false, $"the backup is not wholly deleted: {left}") { Folder = left }
        : new ProbeResult(true, $"the backup is gone: {folder}");

    // Whole is a backup whose files are all there as its signed manifest says.
    private static async Task<ProbeResult> BackupAsync(Target target, JsonObject facts, CancellationToken ct)
    {
        var folder = facts["folder"].Text() ?? "";
        var found = (await BackupCatalog.ListAsync(Path.GetDirectoryName(folder)!, target.Name, verify: true, ct)).FirstOrDefault(info => info.Path == folder);
        return found is { Complete: true, Verified: true }
            ? new ProbeResult(true, $"the backup is whole: {folder}")
            : new ProbeResult(false, $"there is no whole backup {folder}{(found is { Problem.Length: > 0 } ? $" ({found.Problem})" : "")}");
    }
}
