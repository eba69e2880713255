using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Errors;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Core.Tests.Runs;

/// <summary>One run at a time, none that stays locked, none that writes late.</summary>
public sealed class DeploymentLockTests : IAsyncLifetime
{
    private readonly ObservedTime _time = new();
    private SandboxServer _sandbox = null!;
    private Target _target = null!;
    private ClusterClient _cluster = null!;
    private int _writes;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        _target = ConfigurationFile.Load(_sandbox.ConfigurationPath).GetTarget("production");
        _cluster = ClusterClient.Connect(_target, SilentReporter.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_resumed_run_releases_the_lock_of_its_killed_process_and_of_no_other_run()
    {
        var killed = await AcquireAsync("run-a"); // a killed process disposes nothing
        await DeploymentLock.ReleaseAbandonedAsync(_cluster, _target, "run-b", Ct);
        Assert.EndsWith("run run-a", Holder(), StringComparison.Ordinal);
        await DeploymentLock.ReleaseAbandonedAsync(_cluster, _target, "run-a", Ct);
        Assert.Equal("", Holder());
        Assert.Equal("LockLost", (await Assert.ThrowsAsync<DeployException>(() => killed.ProveAsync(Ct))).Id);
        await using var next = await AcquireAsync("run-b");

        string? Holder() => (string?)_sandbox.Lock()["spec"]!["holderIdentity"];
    }

    [Fact]
    public async Task The_second_run_learns_who_holds_the_lock_and_acquires_it_afterwards()
    {
        await using (var first = await AcquireAsync("run-a"))
        {
            var fault = await Assert.ThrowsAsync<DeployException>(() => AcquireAsync("run-b"));
            Assert.Equal("DeploymentLocked", fault.Id);
            Assert.Contains($"{Environment.UserName}@{Environment.MachineName} run run-a", fault.Message, StringComparison.Ordinal);
            Assert.Contains("-WaitForLock", fault.Remedy, StringComparison.Ordinal);
            await first.ProveAsync(Ct);
        }

        await using var second = await AcquireAsync("run-b");
        Assert.EndsWith("run-b", second.Holder, StringComparison.Ordinal);
        Assert.Null(second.BrokenFrom);
    }

    [Fact]
    public async Task A_waiting_run_acquires_the_lock_as_soon_as_it_is_released()
    {
        var first = await AcquireAsync("run-a");
        var watching = new TaskCompletionSource();
        var waiting = DeploymentLock.AcquireAsync(
            _cluster,
            _target,
            new LockRequest("run-b", TimeSpan.FromMinutes(1), Break: false) { Clock = _time },
            new ProgressReporter(() => watching.TrySetResult()),
            Ct);
        await watching.Task.WaitAsync(Ct);
        var clock = Stopwatch.StartNew();
        await first.DisposeAsync();
        await using var second = await waiting;
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"it took {clock.Elapsed}");
    }

    [Fact]
    public async Task The_lock_of_a_dead_run_expires_and_a_suspended_run_cannot_write_any_more()
    {
        // Its clock stands still, as that of a suspended process: it renews nothing.
        var sleeping = new FakeTimeProvider(_time.GetUtcNow());
        var asleep = await AcquireAsync("run-a", sleeping);
        await Assert.ThrowsAsync<DeployException>(() => AcquireAsync("run-b"));
        var waiting = WaitAsync("run-b", TimeSpan.FromMinutes(1));
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(35), Ct);
        await using var second = await waiting;
        sleeping.Advance(TimeSpan.FromSeconds(36));

        var plan = await UpdatePlanner.PlanAsync(_cluster, _target, Other(), Ct);
        var before = _sandbox.Objects.Find(KindInfo.Deployments, _target.Namespace, _target.Deployment)!.ToJsonString();
        _cluster.Guard = new WriteGuard((_, write) => write(), asleep.ProveAsync);
        var fault = await Assert.ThrowsAsync<DeployException>(() =>
            StepContexts.UpdateAsync(_cluster, plan, new UpdateOptions { Timeout = TimeSpan.FromSeconds(30) }, Ct, "run-a"));
        Assert.Equal("LockLost", fault.Id);
        Assert.Contains("run-b", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, _sandbox.Objects.Find(KindInfo.Deployments, _target.Namespace, _target.Deployment)!.ToJsonString());
        await second.ProveAsync(Ct);
        await asleep.DisposeAsync();
        await second.ProveAsync(Ct);
    }

    [Theory]
    [InlineData("\"9999-12-31T23:59:59.999999Z\"")]
    [InlineData("\"0001-01-01T00:00:00.000000Z\"")]
    [InlineData("\"no time at all\"")]
    [InlineData("12")]
    [InlineData("null")]
    public async Task A_lease_that_nobody_renews_expires_whatever_it_says(string renewed)
    {
        Hold(JsonNode.Parse(renewed));
        var waiting = WaitAsync("run-b", TimeSpan.FromMinutes(1));
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(35), Ct);
        await using var taken = await waiting;
        await taken.ProveAsync(Ct);
    }

    [Theory]
    [InlineData("\"9999-12-31T23:59:59.999999Z\"")]
    [InlineData("\"0001-01-01T00:00:00.000000Z\"")]
    [InlineData("null")]
    public async Task A_lease_that_is_renewed_is_not_taken_whatever_it_says(string renewed)
    {
        Hold(JsonNode.Parse(renewed));
        var waiting = WaitAsync("run-b", TimeSpan.FromMinutes(1));
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(35), Ct, by: TimeSpan.FromSeconds(20));
        Hold(JsonNode.Parse(renewed));
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(35), Ct, by: TimeSpan.FromSeconds(20));
        Hold(JsonNode.Parse(renewed));
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(20), Ct);
        var fault = await Assert.ThrowsAsync<DeployException>(() => waiting);
        Assert.Equal("DeploymentLocked", fault.Id);
        Assert.Contains("waited 60 s", fault.Message, StringComparison.Ordinal);
        Assert.Contains("renewed, last 20 s ago", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_time_to_wait_a_lock_that_seems_dead_is_watched_until_it_is_renewed()
    {
        Hold(JsonValue.Create("2026-01-01T00:00:00.000000Z"));
        var waiting = AcquireAsync("run-b");
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(35), Ct, by: TimeSpan.FromSeconds(20));
        Hold(JsonValue.Create("2026-01-01T00:00:10.000000Z"));
        Assert.Equal("DeploymentLocked", (await Assert.ThrowsAsync<DeployException>(() => waiting)).Id);
    }

    [Fact]
    public async Task A_clock_that_is_set_during_the_wait_changes_nothing()
    {
        Hold(JsonValue.Create("2026-01-01T00:00:00.000000Z"));
        var waiting = WaitAsync("run-b", TimeSpan.FromMinutes(1));
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(35), Ct, by: TimeSpan.FromSeconds(20));
        _time.Jump = TimeSpan.FromHours(1);
        Hold(JsonValue.Create("2026-01-01T00:00:00.000000Z"));
        await _time.PassAsync(due => due == TimeSpan.FromSeconds(35), Ct, by: TimeSpan.FromSeconds(34));
        _time.Jump = TimeSpan.FromMinutes(-10);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await using var taken = await waiting;
    }

    [Fact]
    public async Task A_broken_lock_is_taken_and_reported()
    {
        var first = await AcquireAsync("run-a");
        var reporter = new RecordingReporter();
        await using var second = await DeploymentLock.AcquireAsync(
            _cluster, _target, new LockRequest("run-b", TimeSpan.Zero, Break: true) { Clock = _time }, reporter, Ct);
        Assert.EndsWith("run-a", second.BrokenFrom, StringComparison.Ordinal);
        Assert.Contains(reporter.Lines, line => line.Contains("run-a", StringComparison.Ordinal));
        Assert.Equal("LockLost", (await Assert.ThrowsAsync<DeployException>(() => first.ProveAsync(Ct))).Id);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Of_many_runs_at_once_exactly_one_acquires_the_lock()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(async number =>
        {
            try
            {
                return await AcquireAsync($"run-{number}");
            }
            catch (DeployException e) when (e.Id == "DeploymentLocked")
            {
                return null;
            }
        }));
        await using var only = Assert.Single(tries.OfType<DeploymentLock>());
        await only.ProveAsync(Ct);
    }

    private string Other() => $"{_sandbox.Services.RegistryHost}/{SandboxSeed.Repository}@"
        + $"{_sandbox.Services.Images.SeedPushed(SandboxSeed.Repository, "other", "healthy").Digest}";

    // A foreign run writes the Lease anew, with what its clock says.
    private void Hold(JsonNode? renewed)
    {
        JsonObject lease = new LeaseManifest(DeploymentLock.NameOf(_target), "somebody@elsewhere run run-a", DateTimeOffset.UtcNow);
        lease["spec"]!["renewTime"] = renewed;
        lease["spec"]!["leaseTransitions"] = ++_writes;
        if (_sandbox.Objects.Find(KindInfo.Leases, _target.Namespace, DeploymentLock.NameOf(_target)) is null)
            _sandbox.Objects.Create(KindInfo.Leases, _target.Namespace, lease);
        else _sandbox.Objects.Update(KindInfo.Leases, _target.Namespace, DeploymentLock.NameOf(_target), _ => lease);
    }

    private Task<DeploymentLock> WaitAsync(string run, TimeSpan wait) => DeploymentLock.AcquireAsync(
        _cluster, _target, new LockRequest(run, wait, Break: false) { Clock = _time }, SilentReporter.Instance, Ct);

    private Task<DeploymentLock> AcquireAsync(string run, TimeProvider? clock = null) =>
        DeploymentLock.AcquireAsync(
            _cluster, _target, LockRequest.AtOnce(run) with { Clock = clock ?? _time }, SilentReporter.Instance, Ct);

    private sealed class ProgressReporter(Action progress) : IReporter
    {
        public void Progress(ProgressUpdate update) => progress();

        public void Verbose(string message) { }

        public void Warning(string message) { }

        public void Information(string message) { }
    }
}
