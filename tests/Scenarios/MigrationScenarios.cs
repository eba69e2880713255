using RsolvDeploy.Errors;
using RsolvDeploy.Migrations;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>Migrations by exec in a pod of the release, and rollbacks across them.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class MigrationScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private static readonly MigrationLimits Options = new() { Timeout = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task Pending_migrations_run_in_a_pod_of_the_release_and_are_verified()
    {
        await ReleaseAsync(On.Better);
        using var context = StepContexts.Create(Cluster, On.Target, StepKind.Migration, runId: RunId);
        var plan = await MigrationRunner.PlanAsync(context, null, Options, Ct);
        Assert.NotEmpty(plan.Before.Pending);
        Assert.Equal(On.Better, plan.Pod.Image);

        var migration = await MigrationRunner.ApplyAsync(context, plan, Options, Ct);
        Assert.True(migration.Status == StepStatus.Succeeded, string.Join('\n', migration.Checks));
        Assert.All(migration.Checks, check => Assert.Equal(CheckStatus.Passed, check.Status));
        Assert.Equal((0, true), (migration.ExitCode, migration.LimitedInPod));
        Assert.NotEmpty(migration.Output);
        Assert.All(plan.Before.Pending, one => Assert.Contains(one, migration.Applied));
        var again = await MigrationRunner.PlanAsync(context, plan.Pod.Name, Options, Ct);
        Assert.Empty(again.Before.Pending);
    }

    [Fact]
    public async Task A_rollback_across_a_migration_is_refused_until_it_is_allowed()
    {
        await RecordAsync(On.Good);
        await ReleaseAsync(On.Better);
        using var context = StepContexts.Create(Cluster, On.Target, StepKind.Migration, runId: RunId);
        var plan = await MigrationRunner.PlanAsync(context, null, Options, Ct);
        var migration = await MigrationRunner.ApplyAsync(context, plan, Options, Ct);
        await new ReleaseHistory(Cluster, On.Target).RecordSchemaAsync(
            new Release(On.Better, DateTimeOffset.UtcNow) { Schema = migration.Schema, Migrations = plan.Before.Pending }, Ct);

        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => UndoAsync(new RollbackRequest { ToImage = On.Good }));
        Assert.Equal("SchemaMismatch", fault.Id);
        Assert.Contains($"{plan.Before.Pending[0].Version}", fault.Message, StringComparison.Ordinal);
        var undone = await UndoAsync(new RollbackRequest { ToImage = On.Good, AllowSchemaMismatch = true });
        Assert.Equal((StepStatus.Succeeded, On.Good), (undone.Status, undone.Image));
    }

    private async Task ReleaseAsync(string image)
    {
        var rollout = await UpdateAsync(image);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        await RecordAsync(image);
    }

    private Task RecordAsync(string image) =>
        new ReleaseHistory(Cluster, On.Target).AppendAsync(new Release(image, DateTimeOffset.UtcNow) { Status = StepStatus.Succeeded }, Ct);
}
