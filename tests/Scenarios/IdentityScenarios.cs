using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>What runs, as runtimes report it; what was written, as admission changes it.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class IdentityScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Fact]
    public async Task Two_indexes_of_one_manifest_are_one_image()
    {
        using var indexes = new ImageIndexes(On.Better);
        var (first, second) = await indexes.PushAsync(Ct);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(first)).Status);

        // The kubelet reports the digest that sorts first, which is not the one that was asked for.
        var rollout = await UpdateAsync(second);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.All(rollout.Pods, pod => Assert.Equal(first.Split('@')[1], pod.ImageId!.Split('@')[1]));
        var check = Image(rollout);
        Assert.True(check.Status == CheckStatus.Passed, check.Evidence);
        Assert.Contains("is its configuration", check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_is_not_proven_is_a_warning_with_its_reason()
    {
        using var indexes = new ImageIndexes(On.Better);
        var (first, second) = await indexes.PushAsync(Ct);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(first)).Status);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(second)).Status);
        await indexes.DeleteAsync(second, Ct);

        var rollout = await UpdateAsync(second);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        var check = Image(rollout);
        Assert.Equal(CheckStatus.Warning, check.Status);
        Assert.Contains($"the registry no longer has {second}", check.Evidence, StringComparison.Ordinal);
        Assert.NotNull(check.Remedy);
    }

    [Fact]
    public async Task The_manifest_of_an_index_is_the_same_image()
    {
        using var indexes = new ImageIndexes(On.Better);
        var (_, second) = await indexes.PushAsync(Ct);
        // The manifest itself was pulled before, under its own digest.
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(indexes.Reference)).Status);
        var rollout = await UpdateAsync(second);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal(CheckStatus.Passed, Image(rollout).Status);
    }

    [Fact]
    public async Task An_image_that_admission_rewrites_to_a_mirror_is_shown_in_the_plan_and_expected()
    {
        var mirror = await Fixture.RewriteImagesAsync(Ct);
        var stored = mirror + On.Better[On.Better.IndexOf('/', StringComparison.Ordinal)..];
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct);
        Assert.Contains("The API server changes this on admission", plan.Diff, StringComparison.Ordinal);
        Assert.Contains(stored, plan.Diff, StringComparison.Ordinal);

        var rollout = await UpdateAsync(On.Better);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Equal((On.Better, stored), (rollout.Image, PodTemplate.Image(
            (await DeploymentAsync()).At("spec", "template"), On.Target.Container!)));
        Assert.Equal(CheckStatus.Passed, Image(rollout).Status);
        Assert.Contains(stored, rollout.Checks.Single(check => check.Id == "update.image").Evidence, StringComparison.Ordinal);

        // The same image again changes nothing, and a rollback is judged in the same way.
        Assert.True((await UpdatePlanner.PlanAsync(Cluster, On.Target, On.Better, Ct)).ChangesNothing);
        var undone = await UndoAsync(new RollbackRequest { PreviousRevision = rollout.PreviousRevision });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
    }

    private static Check Image(Rollout rollout) => rollout.Checks.Single(check => check.Id == "rollout.image");
}
