using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Scenarios;

/// <summary>Where a rollback leads without a history: to another release than the one being left, or nowhere.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class RollbackTargetScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    [Theory]
    [InlineData("""{ "metadata": { "annotations": { "kubectl.kubernetes.io/restartedAt": "2026-11-24T12:00:00Z" } } }""")]
    [InlineData("""{ "metadata": { "annotations": { "openshift.openshift.io/restartedAt": "2026-11-24T12:00:00Z" } } }""")]
    [InlineData("""{ "metadata": { "annotations": { "example.org/restarted-at": "2026-11-24T12:00:00Z" } } }""")]
    [InlineData("""{ "metadata": { "annotations": { "cattle.io/timestamp": "2026-11-24T12:00:00Z" } } }""")]
    [InlineData("""{ "metadata": { "annotations": { "keel.sh/update-time": "2026-11-24 12:00:00" } } }""")]
    [InlineData("""{ "metadata": { "annotations": { "reloader.stakater.com/last-reloaded-from": "{}" } } }""")]
    [InlineData(
        """{ "spec": { "containers": [{ "name": "{container}", "env": [{ "name": "STAKATER_SHOP_CONFIGMAP", "value": "1f" }] }] } }""")]
    [InlineData(
        """{ "spec": { "containers": [{ "name": "{container}", "env": [{ "name": "STAKATER_SHOP_SECRET", "value": "1f" }] }] } }""")]
    public async Task A_restart_by_any_tool_is_no_release([StringSyntax(StringSyntaxAttribute.Json)] string template)
    {
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        await PatchAndWaitAsync(template.Replace("{container}", On.Target.Container, StringComparison.Ordinal));
        Assert.Equal(On.Good, (await PlanAsync(new RollbackRequest())).Image);
        var revision = DeploymentReader.Revision(await DeploymentAsync()) - 1;
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => PlanAsync(new RollbackRequest { ToRevision = revision }));
        Assert.Equal("NoOtherRelease", refused.Id);
        Assert.Contains(On.Good, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_failed_is_passed_over_and_where_all_failed_nothing_is_written()
    {
        await RecordAsync(On.Better, await UpdateAsync(On.Better));
        await RecordAsync(On.Crashing, await UpdateAsync(On.Crashing, rollback: true));
        Assert.Equal(On.Better, PodTemplate.Image(PodTemplate.Of(await DeploymentAsync()), On.Target.Container!));

        var plan = await PlanAsync(new RollbackRequest());
        Assert.Equal(On.Good, plan.Image);
        Assert.Contains(On.Crashing, plan.Choice, StringComparison.Ordinal);
        // What a person reads is no credential.
        Assert.Equal(plan.Summary, TextRedaction.Apply(plan.Summary));

        await DeleteSetsAsync(set => PodTemplate.Image(set.At("spec", "template"), On.Target.Container!) == On.Good);
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => PlanAsync(new RollbackRequest()));
        Assert.Equal("NoPreviousRevision", refused.Id);
        Assert.Contains(On.Crashing, refused.Message, StringComparison.Ordinal);
        // Whoever names it gets it.
        var failed = await new ReleaseHistory(Cluster, On.Target).ReadAsync(Ct);
        Assert.Equal(On.Crashing, (await PlanAsync(new RollbackRequest { ToRevision = failed[0].Revision })).Image);
    }

    [Fact]
    public async Task What_ran_before_is_restored_and_no_older_release_when_its_ReplicaSet_is_gone()
    {
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        var before = await DeploymentAsync();
        var revision = DeploymentReader.Revision(before);
        await PatchContainerAsync("""{ "env": [{ "name": "MODE", "value": "two" }] }""");
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Good)).Status);
        await DeleteSetsAsync(set => PodTemplate.Image(set.At("spec", "template"), On.Target.Container!) == On.Better);

        var plan = await PlanAsync(new RollbackRequest { PreviousRevision = revision, Before = before });
        Assert.Equal(On.Better, plan.Image);
    }

    [Fact]
    public async Task The_same_image_with_another_configuration_is_another_release_and_undone()
    {
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        await PatchAndWaitAsync($$"""
            { "spec": { "containers": [{ "name": "{{On.Target.Container}}", "env": [{ "name": "MODE", "value": "two" }] }] } }
            """);
        var undone = await UndoAsync(new RollbackRequest());
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        var template = PodTemplate.Of(await DeploymentAsync());
        Assert.Equal(On.Better, PodTemplate.Image(template, On.Target.Container!));
        Assert.Null(PodTemplate.Containers(template).Single()["env"]);
    }

    [Fact]
    public async Task Undone_twice_each_rollback_leads_to_another_release_than_the_one_that_runs()
    {
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        Assert.Equal((StepStatus.Succeeded, On.Good), Result(await UndoAsync(new RollbackRequest())));
        Assert.Equal((StepStatus.Succeeded, On.Better), Result(await UndoAsync(new RollbackRequest())));

        // The first revision was rolled out again as the third: its old number still names it. That of the release that runs is refused.
        Assert.Equal(On.Good, (await PlanAsync(new RollbackRequest { ToRevision = 1 })).Image);
        Assert.Equal("NoOtherRelease", (await Assert.ThrowsAnyAsync<DeployException>(() =>
            PlanAsync(new RollbackRequest { ToRevision = 2 }))).Id);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(99)]
    public async Task A_revision_that_cannot_be_is_not_found(long revision)
    {
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => PlanAsync(new RollbackRequest { ToRevision = revision }));
        Assert.Equal("RevisionNotFound", refused.Id);
    }

    [Theory]
    [InlineData("helm.exe", "one")]
    [InlineData("terraform-provider-kubernetes_v2.38.0_x5", "one")]
    [InlineData("helm-controller", "two")]
    public async Task A_value_is_restored_when_people_wrote_it_and_left_when_a_controller_did(string manager, string expected)
    {
        var saved = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "target-settings" },
            ["data"] = new JsonObject { ["MODE"] = "one" },
        };
        await Cluster.CreateAsync(ResourceKind.ConfigMaps, On.Target.Namespace, (JsonObject)saved.DeepClone(), dryRun: false, Ct);
        Assert.Equal(StepStatus.Succeeded, (await UpdateAsync(On.Better)).Status);
        await KubectlAsync(
            "-n", On.Target.Namespace, "patch", "configmap", "target-settings", "--type=merge", $"--field-manager={manager}", "-p",
            """{ "data": { "MODE": "two" } }""");
        var undone = await UndoAsync(new RollbackRequest { ToImage = On.Good, Configuration = [saved] });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
        var live = await Cluster.GetAsync(ResourceKind.ConfigMaps, On.Target.Namespace, "target-settings", Ct);
        Assert.Equal(expected, live.At("data", "MODE").Text());
    }

    private Task RecordAsync(string image, Rollout rollout) => new ReleaseHistory(Cluster, On.Target).AppendAsync(
        new Release(image, DateTimeOffset.UtcNow) { Status = rollout.Status, Revision = rollout.Revision }, Ct);

    private static (StepStatus Status, string? Image) Result(Rollback rollback) => (rollback.Status, rollback.Image);

    private Task<RollbackPlan> PlanAsync(RollbackRequest request) =>
        new RollbackPlanner(Cluster, On.Target, TimeProvider.System).PlanAsync(request, Ct);

    private async Task PatchAndWaitAsync(string template)
    {
        var before = DeploymentReader.Revision(await DeploymentAsync());
        await Cluster.PatchAsync(
            ResourceKind.Deployments,
            On.Target.Namespace,
            On.Target.Deployment,
            new PatchRequest(
                PatchKind.StrategicMerge,
                new JsonObject { ["spec"] = new JsonObject { ["template"] = JsonNode.Parse(template) } }),
            Ct);
        await UntilAsync(ResourceKind.Deployments, one => one.At("metadata", "name").Text() == On.Target.Deployment
            && DeploymentReader.Revision(one) > before);
    }

    private async Task DeleteSetsAsync(Func<JsonObject, bool> matches)
    {
        foreach (var set in await Cluster.ListAllAsync(ResourceKind.ReplicaSets, On.Target.Namespace, null, null, Ct))
        {
            if (matches(set))
                await Cluster.DeleteAsync(ResourceKind.ReplicaSets, On.Target.Namespace, set.At("metadata", "name").Text()!, Ct);
        }
    }
}
