using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Manifests;
using RsolvDeploy.Migrations;
using RsolvDeploy.Triggers;

namespace RsolvDeploy.Scenarios;

/// <summary>
/// Two Deployments whose pods carry the same label, as a release and its canary do: each has only the pods that its ReplicaSets own.
/// </summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class OwnershipScenarios(IScenarioFixture fixture) : ClusterScenarios(fixture)
{
    private const string Shop = "shop";
    private const string Canary = "canary";
    private const string ByLabel = """{ "matchLabels": { "app": "shop" } }""";
    private const string ByExpression = """{ "matchExpressions": [{ "key": "app", "operator": "In", "values": ["shop", "store"] }] }""";

    private Target Target => On.Target with { Deployment = Shop, Container = Shop };

    [Theory]
    [InlineData(ByLabel)]
    [InlineData(ByExpression)]
    public async Task Triggers_fire_for_the_own_pods_alone([StringSyntax(StringSyntaxAttribute.Json)] string selector)
    {
        await StartAsync(selector, On.Crashing);
        var target = Target with
        {
            Triggers = new TriggerSettings
            {
                CrashLoopLongerThan = TimeSpan.FromSeconds(1),
                Database = new DatabaseTrigger("$.database", "ok") { Log = new LogTrigger("RuntimeError", 1, TimeSpan.FromMinutes(1)) },
            },
        };
        using var context = StepContexts.Create(Cluster, target, StepKind.Watch);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var fired = new List<Check>();
        var watching = new TriggerWatcher(context, FiredAsync).RunAsync(TimeSpan.FromMinutes(2), stop.Token);
        // Three crashes take longer than the trigger allows.
        await WaitForPodAsync(pod => Runs(pod, Canary) && PodReader.Statuses(pod).Any(status => ContainerEnds.Count(status, false) > 2));
        Assert.Empty(fired);

        await SetImageAsync(On.Crashing);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Equal(["trigger.crashloop", "trigger.database"], fired.Select(check => check.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.All(fired, check => Assert.Contains($" {Shop}-", check.Evidence, StringComparison.Ordinal));

        Task FiredAsync(Check check)
        {
            fired.Add(check);
            return fired.Select(one => one.Id).Distinct().Count() == 2 ? stop.CancelAsync() : Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(ByLabel)]
    [InlineData(ByExpression)]
    public async Task Evidence_and_migrations_take_the_own_pods_alone([StringSyntax(StringSyntaxAttribute.Json)] string selector)
    {
        await StartAsync(selector, On.Better);
        var other = await WaitForPodAsync(pod => Runs(pod, Canary) && PodReader.IsReady(pod));
        var own = await WaitForPodAsync(pod => Runs(pod, Shop) && PodReader.IsReady(pod));
        using var context = StepContexts.Create(Cluster, Target, StepKind.Migration);
        var refused = await Assert.ThrowsAnyAsync<DeployException>(() => MigrationPod.FindAsync(Cluster, Target, other.Name(), Ct));
        Assert.Equal("PodNotReady", refused.Id);
        Assert.Equal(own.Name(), (await MigrationPod.FindAsync(Cluster, Target, own.Name(), Ct)).Name);

        var evidence = await new EvidenceBundle(context).SaveAsync(
            await Cluster.GetAsync(ResourceKind.Deployments, On.Target.Namespace, Shop, Ct), null, Ct);
        foreach (var file in (string[])["pods.json", "pods.txt", "replicasets.json", "events.json"])
        {
            var text = await File.ReadAllTextAsync(Path.Combine(evidence!, file), Ct);
            Assert.Contains($"{Shop}-", text, StringComparison.Ordinal);
            Assert.DoesNotContain($"{Canary}-", text, StringComparison.Ordinal);
        }
    }

    private async Task StartAsync(string selector, string canary)
    {
        await CreateDeploymentAsync(new DeploymentManifest(Shop, On.Good)
        {
            Replicas = 1,
            PodLabels = new JsonObject { ["app"] = Shop },
            Selector = (JsonObject)JsonNode.Parse(selector)!,
        });
        await CreateDeploymentAsync(new DeploymentManifest(Canary, canary)
        {
            Replicas = 1,
            PodLabels = new JsonObject { ["app"] = Shop, ["track"] = Canary },
        });
    }

    private Task<JsonObject> CreateDeploymentAsync(DeploymentManifest manifest) =>
        Cluster.CreateAsync(ResourceKind.Deployments, On.Target.Namespace, manifest, dryRun: false, Ct);

    private Task<JsonObject> SetImageAsync(string image) => Cluster.PatchAsync(
        ResourceKind.Deployments,
        On.Target.Namespace,
        Shop,
        new PatchRequest(PatchKind.StrategicMerge, DeploymentPatch.Container(Shop, $$"""{ "image": "{{image}}" }""")),
        Ct);

    private static bool Runs(V1Pod pod, string container) => pod.Spec.Containers.Any(one => one.Name == container);

    private async Task<V1Pod> WaitForPodAsync(Func<V1Pod, bool> wanted)
    {
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(ResourceKind.Pods, On.Target.Namespace), Ct))
        {
            if (change.Type is WatchEventType.Synced or WatchEventType.Deleted) continue;
            if (change.Object.ReadAs<V1Pod>() is var pod && wanted(pod)) return pod;
        }

        throw new InvalidOperationException("The watch ended.");
    }
}
