using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A backup whose process was killed is written again when the run is resumed, also within the same second.</summary>
public sealed class KilledBackupTests(SharedSandbox sandbox) : IClassFixture<SharedSandbox>
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resumed_run_takes_the_name_of_the_draft_that_the_killed_process_left()
    {
        var (refused, taken) = (Draft(), Draft());
        foreach (var one in new[] { refused, taken })
            await File.WriteAllTextAsync(Path.Combine(one.Path, BackupLocation.LockName), "", Ct);
        Assert.Equal("BackupExists", (await Assert.ThrowsAsync<DeployException>(() => WriteAsync(refused, isResumed: false))).Id);
        var backup = await WriteAsync(taken, isResumed: true);
        Assert.Equal((StepStatus.Succeeded, taken.Folder), (backup.Status, backup.Path));
        Assert.False(Directory.Exists(taken.Path));
    }

    [Fact]
    public async Task A_draft_that_another_process_writes_stays()
    {
        var killed = Draft();
        Directory.Delete(killed.Path);
        using var draft = BackupDraft.Create(killed.Folder);
        Assert.Equal("BackupExists", (await Assert.ThrowsAsync<DeployException>(() => WriteAsync(killed, isResumed: true))).Id);
        Assert.True(Directory.Exists(killed.Path));
    }

    private KilledDraft Draft()
    {
        var (root, run) = (Path.Combine(sandbox.Server.Folder, $"backups-{Guid.NewGuid():N}"), RunId.New(_clock.GetUtcNow()));
        var folder = Path.Combine(root, BackupLocation.NameFor(sandbox.Target, _clock.GetUtcNow(), run));
        return new KilledDraft(run, folder, Directory.CreateDirectory(BackupLocation.UnfinishedPath(folder)).FullName);
    }

    private async Task<StateBackup> WriteAsync(KilledDraft killed, bool isResumed)
    {
        using var cluster = ClusterClient.Connect(sandbox.Target, SilentReporter.Instance);
        using var plain = StepContexts.Create(cluster, sandbox.Target, StepKind.Backup, runId: killed.RunId);
        var recorded = new RunStep(new PlannedStep(StepKind.Backup, JsonDocument.Parse("{}").RootElement))
        {
            Facts = JsonSerializer.SerializeToElement(new BackupFacts(killed.Folder), BackupJson.Default.BackupFacts),
        };
        using var context = new StepContext(sandbox.Target, plain.Journal, cluster)
        {
            Clock = _clock,
            Resumed = isResumed ? new ResumedStep(recorded, new ProbeResult(false, "there is no complete backup")) : null,
        };
        return await new BackupStep().RunAsync(
            context, new BackupOptions { Destination = Path.GetDirectoryName(killed.Folder), SkipDryRun = true }, Ct);
    }

    private sealed record KilledDraft(string RunId, string Folder, string Path);
}
