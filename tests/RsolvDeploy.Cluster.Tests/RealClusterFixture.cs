using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Scenarios;

namespace RsolvDeploy.Cluster.Tests;

/// <summary>A new namespace on a real cluster for each scenario; it is deleted when the scenario ends.</summary>
public sealed class RealClusterFixture : IScenarioFixture
{
    private const string App = "scenario-app";
    // Stands in for bin/rsolv: a file in the pod lists the applied migrations. It logs in the midst of the list.
    private static readonly MigrationSettings Migrations = new(
        [
            "sh",
            "-c",
            "list=$(cat /tmp/schema 2>/dev/null || echo '[{:up, 20261001000000, \"create_phases\"}, {:down, "
                + "20261120000000, \"add_trust_score\"}]'); start=${list%%wn,*}; printf '%s' \"$start\"; "
                + "echo '[debug] QUERY OK source=\"schema_migrations\"' >&2; printf '%s\\n' \"${list#\"$start\"}\"",
        ],
        [
            "sh",
            "-c",
            "echo migrating; echo '[{:up, 20261001000000, \"create_phases\"}, {:up, 20261120000000, \"add_trust_score\"}]' > /tmp/schema",
        ],
        TimeSpan.FromMinutes(1));

    private Target? _target;
    private CutProxy? _registry;
    private MutatingPolicy? _rewriting;
    private RefusingProxy? _refusing;
    private string? _policy;
    private (string Node, string Label)? _label;

    async Task<ScenarioCluster> IScenarioFixture.StartAsync(CancellationToken ct)
    {
        var kubeconfig = RealCluster.Kubeconfig;
        var on = new ScenarioCluster(
            new Target
            {
                Name = "real",
                ConfigurationPath = kubeconfig,
                Kubeconfig = kubeconfig,
                Namespace = $"rsolv-test-{Guid.NewGuid():N}"[..20],
                Deployment = App,
                Container = App,
                Environment = "test",
                Migrations = Migrations,
                // What crashes in a scenario does so for good; those that wait for it use the default.
                Rollout = new RolloutSettings
                {
                    StableFor = TimeSpan.FromSeconds(2),
                    Patience = new Dictionary<string, TimeSpan>
                    {
                        [RolloutCauses.CrashLoop.Id] = TimeSpan.FromSeconds(30),
                        [RolloutCauses.InitFailure.Id] = TimeSpan.FromSeconds(30),
                    },
                },
            },
            RealCluster.Image("GOOD"),
            RealCluster.Image("GOOD2"),
            RealCluster.Image("CRASH"));
        _target = on.Target;
        using var cluster = ClusterClient.Connect(on.Target, SilentReporter.Instance);
        await cluster.CreateAsync(ResourceKind.Namespaces, null, new NamespaceManifest(on.Target.Namespace), dryRun: false, ct);
        var created = await cluster.CreateAsync(
            ResourceKind.Deployments, on.Target.Namespace, new DeploymentManifest(App, on.Good), dryRun: false, ct);
        var expected = new RolloutExpectation(App, App, on.Good, DeploymentReader.Generation(created));
        var ending = await new RolloutWatcher(cluster, SilentReporter.Instance, TimeProvider.System).RunAsync(
            new RolloutWatchRequest(on.Target, expected, DeploymentReader.Selector(created), TimeSpan.FromMinutes(2)), ct);
        Assert.True(ending.Verdict.Phase == RolloutPhase.Complete, ending.Verdict.Summary);
        return on;
    }

    async Task<(string Image, Action Restore)> IScenarioFixture.DownRegistryAsync()
    {
        var image = RealCluster.Image("GOOD2");
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var registry = new Uri($"http://{image[..slash]}");
        // Only then do the nodes pull through this machine.
        if (!registry.IsLoopback) Assert.Skip($"The registry {image[..slash]} is not on this machine, so it cannot be down for a while.");
        _registry = new CutProxy(registry);
        await _registry.CutAsync();
        return ($"{_registry.Address.Authority}{image[slash..]}", _registry.Restore);
    }

    async Task<string> IScenarioFixture.RewriteImagesAsync(CancellationToken ct)
    {
        var image = RealCluster.Image("GOOD2");
        var registry = image[..image.IndexOf('/', StringComparison.Ordinal)];
        if (!new Uri($"http://{registry}").IsLoopback) Assert.Skip($"The registry {registry} is not on this machine, so it has no mirror.");
        _registry = new CutProxy(new Uri($"http://{registry}"));
        var mirror = _registry.Address.Authority;
        _rewriting = new MutatingPolicy(_target!, registry, mirror);
        await _rewriting.CreateAsync(ct);
        return mirror;
    }

    async Task<(string Image, Action Restore)> IScenarioFixture.RefuseImageAsync(int status)
    {
        var image = RealCluster.Image("GOOD2");
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var registry = new Uri($"http://{image[..slash]}");
        if (!registry.IsLoopback) Assert.Skip($"The registry {image[..slash]} is not on this machine, so it cannot refuse an image.");
        _refusing = await RefusingProxy.StartAsync(registry, status);
        return ($"{_refusing.Address.Authority}{image[slash..]}", _refusing.Restore);
    }

    async Task IScenarioFixture.ForbidImageAsync(string image, CancellationToken ct)
    {
        using var cluster = ClusterClient.Connect(_target!, SilentReporter.Instance);
        _policy = _target!.Namespace;
        await cluster.CreateAsync(RealPolicy.Policies, null, RealPolicy.Policy(_policy, image), dryRun: false, ct);
        await cluster.CreateAsync(RealPolicy.Bindings, null, RealPolicy.Binding(_policy), dryRun: false, ct);
    }

    async Task IScenarioFixture.AddNodeAsync(string label, CancellationToken ct)
    {
        using var cluster = ClusterClient.Connect(_target!, SilentReporter.Instance);
        var node = (await cluster.ListAllAsync(ResourceKind.Nodes, null, null, null, ct))[0].ReadAs<V1Node>().Name();
        await LabelAsync(cluster, node, label, "", ct);
        _label = (node, label);
    }

    private static Task<JsonObject> LabelAsync(ClusterClient cluster, string node, string label, string? value, CancellationToken ct) =>
        cluster.PatchAsync(
            ResourceKind.Nodes,
            null,
            node,
            new PatchRequest(
                PatchKind.Merge, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [label] = value } } }),
            ct);

    void IScenarioFixture.KillForMemory()
    {
        // The kernel does it.
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null) await _registry.DisposeAsync();
        if (_refusing is not null) await _refusing.DisposeAsync();
        if (_target is null) return;
        if (_rewriting is not null) await _rewriting.DeleteAsync();
        using var cluster = ClusterClient.Connect(_target, SilentReporter.Instance);
        if (_label is { } labelled) await LabelAsync(cluster, labelled.Node, labelled.Label, null, CancellationToken.None);
        if (_policy is not null)
        {
            await cluster.DeleteAsync(RealPolicy.Bindings, null, _policy, CancellationToken.None);
            await cluster.DeleteAsync(RealPolicy.Policies, null, _policy, CancellationToken.None);
        }

        await cluster.DeleteAsync(ResourceKind.Namespaces, null, _target.Namespace, CancellationToken.None);
    }
}
