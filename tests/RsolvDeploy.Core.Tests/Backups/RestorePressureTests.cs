using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Core.Tests.Backups;

/// <summary>A restore of many objects waits when a busy server asks for it, and its ledger is private.</summary>
public sealed class RestorePressureTests : IAsyncLifetime
{
    private const int Many = 30;
    private BackupMaker _made = null!;
    private string _backup = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Records => Path.Combine(_made.Folder, "runs");

    public async ValueTask InitializeAsync()
    {
        _made = await BackupMaker.StartAsync(Ct);
        for (var index = 0; index < Many; index++)
            _made.Sandbox.Create(new ConfigMapManifest($"many-{index}") { Data = { ["k"] = "before" } });
        _backup = (await _made.WriteAsync(Ct)).Path!;
        for (var index = 0; index < Many; index++)
        {
            _made.Sandbox.Objects.Update(KindInfo.ConfigMaps, _made.Sandbox.Namespace, $"many-{index}", map =>
            {
                map["data"]!["k"] = "changed";
                return map;
            });
        }
    }

    public ValueTask DisposeAsync() => _made.DisposeAsync();

    [Fact]
    public async Task A_server_that_asks_to_retry_later_gets_every_object_once()
    {
        var seen = _made.Sandbox.Requests.Count;
        var started = TimeProvider.System.GetTimestamp();
        var restored = await RestoreAsync(new ReporterAction(1, () => _made.Sandbox.Faults.Inject(Fault.Busy429, 12)));
        Assert.Equal(StepStatus.Succeeded, restored.Status);
        Assert.Equal(Many, restored.Items.Count(item => item.Action == RestoreAction.Applied));
        var writes = _made.Sandbox.Requests.Skip(seen).Where(request => request.Method == "PATCH").ToList();
        Assert.Equal(Many, writes.Count(request => request.Status == 200));
        Assert.Equal(12, writes.Count(request => request.Status == 429));
        // Retry-After says a second; no more than eight are on their way at once, so twelve refusals take two waits.
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_server_that_stays_busy_fails_each_object_and_the_restore_continues_later()
    {
        // Five attempts each; the objects behind them are tried all the same.
        var restored = await RestoreAsync(new ReporterAction(1, () => _made.Sandbox.Faults.Inject(Fault.Busy429, 60)));
        Assert.Equal(StepStatus.Failed, restored.Status);
        Assert.DoesNotContain(restored.Items, item => item.Action == RestoreAction.NotReached);
        Assert.Contains(
            restored.Items, item => item.Action == RestoreAction.Failed && item.Detail.Contains("429", StringComparison.Ordinal));
        Assert.Equal(StepStatus.Succeeded, (await RestoreAsync()).Status);
    }

    [Fact]
    public async Task The_ledger_is_readable_by_its_owner_only_and_not_created_without_a_difference()
    {
        var restored = await RestoreAsync();
        Assert.StartsWith(Records, restored.Record, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(restored.Record!));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Records));
        }

        Assert.Null((await RestoreAsync()).Record);
        Assert.Single(Directory.EnumerateDirectories(Records));
    }

    [Fact]
    public async Task Without_a_place_for_its_record_nothing_is_restored()
    {
        await File.WriteAllTextAsync(Records, "not a folder", Ct);
        var seen = _made.Sandbox.Requests.Count;
        var fault = await Assert.ThrowsAsync<DeployException>(() => RestoreAsync());
        Assert.Equal("LedgerNotWritable", fault.Id);
        Assert.DoesNotContain(_made.Sandbox.Requests.Skip(seen), request => request.Method != "GET");
    }

    [Fact]
    public void The_command_that_continues_has_all_parameters()
    {
        using var folder = BackupFolder.Open(_backup, _made.Keys);
        var plan = new RestorePlan(_made.Target, folder, null!, new ObjectFilter(["ConfigMap/*", "Secret/it's"], ["*/x"]), [])
        {
            Prune = true,
            Recreate = true,
        };
        Assert.Equal(
            $"Restore-RsolvState production -BackupPath '{_backup}' -Include 'ConfigMap/*', 'Secret/it''s' -Exclude '*/x' -Prune -Recreate",
            plan.Command);
    }

    private async Task<StateRestore> RestoreAsync(IReporter? reporter = null)
    {
        using var folder = BackupFolder.Open(_backup, _made.Keys);
        using var cluster = ClusterClient.Connect(_made.Target, SilentReporter.Instance);
        var plan = await StateRestorer.PlanAsync(cluster, _made.Target, folder, new ObjectFilter([], []), Ct);
        if (plan.Changes.Count == 0) return StateRestorer.CreateUnchangedResult(plan, RunId.New(DateTimeOffset.UtcNow));
        using var ledger = RunLedger.Open(new RunFolder(RunId.New(DateTimeOffset.UtcNow), Records));
        return await StateRestorer.ApplyAsync(cluster, plan, ledger, reporter ?? SilentReporter.Instance, Ct);
    }
}
