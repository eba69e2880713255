using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using RsolvDeploy.Manifests;
using RsolvDeploy.Rollbacks;

namespace RsolvDeploy.Scenarios;

/// <summary>Only the newest release counts: not what the controller still reports of the one before, and not its pods.</summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class OldReleaseScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string Deaf = "trap '' TERM; while true; do sleep 1; done";
    private static readonly RolloutSettings Brief = new() { StableFor = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_rollback_after_an_exceeded_progress_deadline_succeeds()
    {
        await MergeDeploymentAsync("""{ "replicas": 1, "progressDeadlineSeconds": 3 }""");
        await UpdateAsync(On.Good, settings: Brief);
        var first = DeploymentReader.Revision(await DeploymentAsync());
        // Without a probe that fails, a crashing pod is ready for a moment, and the controller calls that progress.
        await PatchContainerAsync("""{ "readinessProbe": { "httpGet": { "path": "/not-there", "port": 4000 }, "periodSeconds": 1 } }""");
        var failed = await UpdateAsync(On.Better, settings: Brief);
        Assert.Equal(StepStatus.Failed, failed.Status);
        var undone = await UndoAsync(new RollbackRequest { ToRevision = first });
        Assert.True(undone.Status == StepStatus.Succeeded, $"{undone.Diagnosis}");
    }

    [Fact]
    public async Task A_recreated_release_is_not_judged_by_the_deadline_that_the_one_before_exceeded()
    {
        await MergeDeploymentAsync("""{ "progressDeadlineSeconds": 2, "strategy": { "type": "Recreate", "rollingUpdate": null } }""");
        var missing = await UpdateAsync($"{On.Good.Split('@')[0]}@sha256:{new string('1', 64)}", settings: Brief);
        Assert.NotEqual(StepStatus.Succeeded, missing.Status);
        await UntilAsync(ResourceKind.Deployments, item => (item.ReadAs<V1Deployment>().Status?.Conditions ?? [])
            .Any(one => one.Reason == "ProgressDeadlineExceeded"));
        await MergeDeploymentAsync("""{ "progressDeadlineSeconds": 600 }""");
        // Its ReplicaSet does not exist before the old pods are gone: until then the Deployment has the revision of the one before.
        var rollout = await UpdateAsync(On.Better, settings: Brief);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
    }

    [Fact]
    public async Task A_failure_to_create_pods_of_the_old_release_does_not_fail_the_new_one()
    {
        await Fixture.ForbidImageAsync(On.Good, Ct);
        // A policy takes a moment to be enforced, so pods go until one is refused.
        var refused = UntilAsync(
            ResourceKind.Deployments,
            item => (item.ReadAs<V1Deployment>().Status?.Conditions ?? []).Any(one => one is { Type: "ReplicaFailure", Status: "True" }));
        while (!refused.IsCompleted)
        {
            // The next pod that is not being deleted: there is one until the policy is enforced.
            await Task.WhenAny(refused, UntilAsync(ResourceKind.Pods, pod => pod.ReadAs<V1Pod>().Metadata.DeletionTimestamp is null));
            var pods = await Cluster.ListAllAsync(ResourceKind.Pods, On.Target.Namespace, null, null, Ct);
            var alive = pods.Select(ObjectModel.ReadAs<V1Pod>).FirstOrDefault(pod => pod.Metadata.DeletionTimestamp is null);
            if (alive is not null && !refused.IsCompleted)
                await Cluster.DeleteAsync(ResourceKind.Pods, On.Target.Namespace, alive.Name(), Ct);
        }

        await refused;
        var rollout = await UpdateAsync(On.Better, settings: Brief);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
    }

    [Fact]
    public async Task Old_pods_that_take_their_grace_period_take_nothing_back()
    {
        await PatchTemplateAsync("ignores-termination", Deaf, graceSeconds: 60);
        await UpdateAsync(On.Good, settings: Brief);
        var rollout = await UpdateAsync(On.Better, rollback: true, timeout: TimeSpan.FromSeconds(25), settings: Brief);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        var old = rollout.Checks.Single(check => check.Id == "rollout.old-pods-gone");
        Assert.Equal(CheckStatus.Warning, old.Status);
        Assert.Matches("[12] old pods? terminating, [0-9]+ of 60 s", old.Evidence);
        Assert.Equal(On.Better, PodTemplate.Image((await DeploymentAsync()).At("spec", "template"), On.Target.Container!));
    }

    [Fact]
    public async Task A_quota_that_old_pods_hold_until_their_grace_period_is_over_is_waited_for()
    {
        await PatchTemplateAsync("ignores-termination", Deaf, graceSeconds: 6);
        await MergeDeploymentAsync("""{ "strategy": { "rollingUpdate": { "maxSurge": 0, "maxUnavailable": 1 } } }""");
        await UpdateAsync(On.Good, settings: Brief);
        await CreateAsync(new ResourceQuotaManifest("few") { Hard = { ["pods"] = "2" } });
        await UntilAsync(ResourceKind.ResourceQuotas, quota => quota.At("status", "hard", "pods") is not null);
        var settings = Patience(RolloutCauses.QuotaExceeded, 20) with { StableFor = TimeSpan.FromSeconds(1) };
        var rollout = await UpdateAsync(On.Better, settings: settings);
        Assert.True(rollout.Status == StepStatus.Succeeded, $"{rollout.Diagnosis}");
        Assert.Contains(rollout.Timeline, entry => entry.Event.Contains("QuotaExceeded", StringComparison.Ordinal));
    }
}
