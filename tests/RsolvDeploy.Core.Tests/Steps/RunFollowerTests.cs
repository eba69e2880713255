using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Deployments;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Deployments.Sharing;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Signing;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>A run is followed while it works: by its ledger on this machine, and by its record in the cluster on another one.</summary>
public sealed class RunFollowerTests : IAsyncLifetime
{
    private SandboxServer _sandbox = null!;
    private ChecklistFrontEnd _front = null!;
    private ClusterClient _cluster = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        _front = new ChecklistFrontEnd(_sandbox);
        _front.Options = _front.Options with { Skip = ["Dashboard", "Smoke"] };
        _cluster = ClusterClient.Connect(_front.Target, SilentReporter.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_run_is_followed_from_two_machines_to_its_end()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var followed = new CountdownEvent(2);
        _front.OnPhase = update =>
        {
            if (update is not { IsEnd: false, Phase.Name: "Publish" }) return;
            begun.TrySetResult();
            followed.Wait(Ct); // a follower that came late would see no phase but the last
        };
        var run = Task.Run(() => _front.RunAsync(Ct), Ct);
        await begun.Task.WaitAsync(Ct);
        var follower = new RunFollower(TimeProvider.System);
        var shown = await Task.WhenAll(
            ListAsync(follower.FollowAsync(new RunFolder(_front.RunId), TrustedSigners.ForUser(), Ct), () => followed.Signal()),
            ListAsync(follower.FollowAsync(_cluster, _front.Target, Ct), () => followed.Signal()));
        var summary = await run;
        Assert.Equal(DeploymentOutcome.Succeeded, summary.Outcome);
        Assert.All(shown, records =>
        {
            Assert.Equal(RunState.Running, records[0].State);
            Assert.Contains("Publish: running", records[0].Phases);
            Assert.Equal((RunState.Completed, DeploymentOutcome.Succeeded), (records[^1].State, records[^1].Outcome));
            Assert.All(records[^1].Phases, phase => Assert.EndsWith(": Succeeded", phase, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_record_that_nobody_writes_any_more_is_an_interrupted_run()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        _front.OnPhase = update =>
        {
            if (update is { IsEnd: false, Phase.Name: "Publish" }) stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _front.RunAsync(stop.Token));
        await ChangeAsync(map => map["data"]!["written"] = "2020-01-01T00:00:00.0000000Z");
        var record = Assert.Single(await ListAsync(new RunFollower(TimeProvider.System).FollowAsync(_cluster, _front.Target, Ct)));
        Assert.Equal(RunState.Interrupted, record.State);
    }

    [Fact]
    public async Task An_interrupted_run_is_continued_on_another_machine_and_then_only_there()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        _front.OnPhase = update =>
        {
            if (update is { IsEnd: false, Phase.Name: "Update" }) stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _front.RunAsync(stop.Token));
        var folder = new RunFolder(_front.RunId);
        var import = new SharedRunImport(_cluster, _front.Target);
        Assert.Null(await import.FindAsync(Ct)); // this machine has it
        Directory.Move(folder.Path, folder.Path + "-elsewhere");
        Assert.Equal("RunBusy", (await Assert.ThrowsAsync<DeployException>(() => import.FindAsync(Ct))).Id);
        await ChangeAsync(map => map["data"]!["written"] = "2020-01-01T00:00:00.0000000Z");
        var shared = await import.FindAsync(Ct);
        SharedRunImport.Write(shared!);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path + "-elsewhere", "ledger.jsonl")), File.ReadAllBytes(folder.Ledger));

        var journal = new PipelineJournal(new OpenLedgers()) { IsResumed = true };
        using var context = new StepContext(_front.Target, new StepJournal(journal, StepKind.Update, _front.Target, _front.RunId));
        var run = RecordedRun.From(folder);
        var resumption = await RunResumption.PlanAsync(context, run, Ct, new FailurePolicy(journal, _front));
        await resumption.RunAsync((_, _) => Task.CompletedTask, Ct);
        journal.Complete(stopped: false);
        await new SharedRecord(_cluster, _front.Target).WriteAsync(folder, Ct);
        Assert.Equal(RunState.Completed, RecordedRun.From(folder).ToRecord().State);
        var stale = await Assert.ThrowsAsync<DeployException>(() => import.RequireNewestAsync(run, Ct));
        Assert.Equal("LedgerStale", stale.Id);
    }

    [Fact]
    public async Task A_record_that_somebody_altered_is_shown_as_such_and_nonsense_as_none()
    {
        _front.Options = _front.Options with { Skip = ["Publish", "Dashboard", "Smoke"] };
        await _front.RunAsync(Ct);
        var store = new SharedRecord(_cluster, _front.Target);
        Assert.Equal(_front.RunId, (await store.FindAsync(Ct))!.Run.Folder.Id);
        await ChangeAsync(map => map["data"]!["run"] = "20260101-000000-abcdef");
        Assert.Equal(RunState.Tampered, (await store.FindAsync(Ct))!.Run.ToRecord().State);
        foreach (var nonsense in (string[])["AAAA", ""])
        {
            await ChangeAsync(map => map["binaryData"] = new JsonObject { ["ledger.jsonl.gz"] = nonsense });
            Assert.Null(await store.FindAsync(Ct) is { Run.Text.Lines.Count: > 0 } found ? found : null);
        }
    }

    private async Task ChangeAsync(Action<JsonObject> change)
    {
        var name = new SharedRecord(_cluster, _front.Target).Name;
        var map = await _cluster.GetAsync(ResourceKind.ConfigMaps, _front.Target.Namespace, name, Ct);
        change(map);
        await _cluster.ReplaceAsync(ResourceKind.ConfigMaps, _front.Target.Namespace, name, map, Ct);
    }

    private static async Task<List<RunRecord>> ListAsync(IAsyncEnumerable<RunRecord> records, Action? onFirst = null)
    {
        var list = new List<RunRecord>();
        await foreach (var record in records)
        {
            list.Add(record);
            if (list.Count == 1) onFirst?.Invoke();
        }

        return list;
    }
}
