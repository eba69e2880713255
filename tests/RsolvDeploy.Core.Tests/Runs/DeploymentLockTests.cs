using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Core.Tests.Images;
using RsolvDeploy.Errors;
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
    private readonly FakeTimeProvider _time = new();
    private SandboxServer _sandbox = null!;
    private Target _target = null!;
    private ClusterClient _cluster = null!;

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
        _time.Advance(TimeSpan.FromSeconds(34));
        await Assert.ThrowsAsync<DeployException>(() => AcquireAsync("run-b"));
        _time.Advance(TimeSpan.FromSeconds(2));
        await using var second = await AcquireAsync("run-b");
        sleeping.Advance(TimeSpan.FromSeconds(36));

        var plan = await UpdatePlanner.PlanAsync(_cluster, _target, Other(), Ct);
        var before = _sandbox.Objects.Find(KindInfo.Deployments, _target.Namespace, _target.Deployment)!.ToJsonString();
        _cluster.Guard = asleep.GuardWriteAsync;
        var fault = await Assert.ThrowsAsync<DeployException>(() =>
            StepContexts.UpdateAsync(_cluster, plan, new UpdateOptions { Timeout = TimeSpan.FromSeconds(30) }, Ct, "run-a"));
        Assert.Equal("LockLost", fault.Id);
        Assert.Equal(before, _sandbox.Objects.Find(KindInfo.Deployments, _target.Namespace, _target.Deployment)!.ToJsonString());
        await second.ProveAsync(Ct);
        await asleep.DisposeAsync();
        await second.ProveAsync(Ct);
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
