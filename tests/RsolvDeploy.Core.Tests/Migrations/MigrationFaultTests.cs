using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Configuration;
using RsolvDeploy.Migrations;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Scenarios;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Migrations;

/// <summary>
/// From the moment the command is sent, whatever goes wrong ends in a failed result with its error and its history entry.
/// </summary>
public sealed class MigrationFaultTests : IAsyncLifetime
{
    private const long Pending = 20261120090000;

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

    [Theory]
    [InlineData("x\"}, ...]")] // looks like a truncated list
    [InlineData("\"}] ... [...]")]
    public async Task A_status_that_is_garbage_after_the_command_fails_the_step_and_protects_from_a_rollback(string name)
    {
        var database = _sandbox.Databases.For(_sandbox.Namespace);
        var outcome = await MigrateAsync(new ReporterAction(1, () => database.AddPending(20991231000000, name)));

        var migration = Assert.IsType<Migration>(outcome.Result);
        Assert.Equal((StepStatus.Failed, "MigrationListUnreadable", 0), (migration.Status, outcome.Error?.Id, migration.ExitCode));
        Assert.Equal([CheckStatus.Passed, CheckStatus.Passed, CheckStatus.Failed], migration.Checks.Select(check => check.Status));
        Assert.NotEmpty(migration.Output);
        var release = Assert.Single(await new ReleaseHistory(_cluster, _target).ReadAsync(Ct));
        Assert.Equal(Pending, release.Schema);
        Assert.Equal(Pending, Assert.Single(release.Migrations).Version);
    }

    [Fact]
    public async Task A_status_that_is_garbage_before_the_command_changes_nothing()
    {
        _sandbox.Databases.For(_sandbox.Namespace).AddPending(20991231000000, "x\"}, ...]");
        var outcome = await MigrateAsync(SilentReporter.Instance);
        Assert.Equal((StepStatus.Failed, "MigrationListUnreadable"), (outcome.Result.Status, outcome.Error?.Id));
        Assert.All(outcome.Result.Checks, check => Assert.Equal(CheckStatus.Skipped, check.Status));
        Assert.Empty(await new ReleaseHistory(_cluster, _target).ReadAsync(Ct));
        Assert.Contains(_sandbox.Databases.For(_sandbox.Namespace).All, one => one is { Version: Pending, Applied: false });
    }

    [Theory]
    [InlineData(900, StepStatus.TimedOut)] // the pod's timer fired a little before the whole second had passed here
    [InlineData(500, StepStatus.Failed)] // a signal from elsewhere, such as for too much memory
    public async Task A_command_that_its_pod_ended_timed_out_only_when_the_limit_had_almost_passed(int elapsed, StepStatus expected)
    {
        _sandbox.Faults.Inject(Fault.MigrationHangs);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var reporter = new ReporterAction(1, () => clock.Advance(TimeSpan.FromMilliseconds(elapsed)));
        using var context = StepContexts.Create(_cluster, _target, StepKind.Migration, reporter, clock);
        var outcome = await StepInvocation.Create(new MigrationStep(), new MigrationOptions { Timeout = TimeSpan.FromSeconds(1) })
            .RunAsync(context, Ct);
        Assert.Equal(expected, outcome.Result.Status);
        Assert.Equal($"Migration{expected}", outcome.Error?.Id);
    }

    private async Task<StepOutcome> MigrateAsync(IReporter reporter)
    {
        using var context = StepContexts.Create(_cluster, _target, StepKind.Migration, reporter);
        return await StepInvocation.Create(new MigrationStep(), new MigrationOptions()).RunAsync(context, Ct);
    }
}
