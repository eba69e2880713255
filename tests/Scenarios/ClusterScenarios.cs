using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Manifests;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>
/// A cluster for each scenario, and the steps that scenarios share. They pass on the sandbox and on a real cluster alike; a difference
/// is a defect of the sandbox.
/// </summary>
/// <param name="fixture">The cluster it runs on.</param>
public abstract class ClusterScenarios(IScenarioFixture fixture) : IAsyncLifetime
{
    private protected const string RunId = "20261124-120000-aaaaaa";
    private static readonly ResourceKind[] CreatedKinds =
    [
        ResourceKind.Autoscalers,
        ResourceKind.ConfigMaps,
        ResourceKind.Events,
        ResourceKind.ResourceQuotas,
        ResourceKind.Secrets,
    ];
    private ScenarioCluster? _on;
    private ClusterClient? _cluster;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected ScenarioCluster On => _on!;

    private protected ClusterClient Cluster => _cluster!;

    private protected IScenarioFixture Fixture => fixture;

    /// <summary>A folder for this scenario.</summary>
    private protected string Folder { get; } = Directory.CreateTempSubdirectory("rsolv-scenarios-").FullName;

    public async ValueTask InitializeAsync()
    {
        _on = await fixture.StartAsync(Ct);
        _cluster = ClusterClient.Connect(_on.Target, SilentReporter.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster?.Dispose();
        await fixture.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected async Task<(StateBackup Backup, BackupKeyStore Keys)> BackupAsync(params string[] additional)
    {
        var keys = new BackupKeyStore(Path.Combine(Folder, "keys"));
        var plan = BackupWriter.Plan(On.Target, DateTimeOffset.UtcNow, RunId, Path.Combine(Folder, "backups"), null);
        return (
            await BackupWriter.WriteAsync(
                Cluster,
                plan with { Encryption = BackupEncryption.Plan(On.Target.Backup, null, keys), AdditionalKinds = additional },
                SilentReporter.Instance,
                Ct),
            keys);
    }

    private protected Task<JsonObject> MergeAsync(
        ResourceKind kind, string name, [StringSyntax(StringSyntaxAttribute.Json)] string patch) =>
        Cluster.PatchAsync(kind, On.Target.Namespace, name, new PatchRequest(PatchKind.Merge, JsonNode.Parse(patch)!), Ct);

    /// <summary>Updates the Deployment.</summary>
    /// <param name="image">The image to set.</param>
    /// <param name="rollback">Whether a failure is rolled back.</param>
    /// <param name="timeout">How long it may take; two minutes when it is not given.</param>
    /// <param name="settings">How the rollout is judged; as the target's when it is not given.</param>
    private protected async Task<Rollout> UpdateAsync(
        string image, bool rollback = false, TimeSpan? timeout = null, RolloutSettings? settings = null)
    {
        // It runs for a second before it fails, and a busy node reports that late; a failure does not wait for the end.
        var rollout = settings
            ?? (image == On.Crashing ? On.Target.Rollout with { StableFor = TimeSpan.FromSeconds(15) } : On.Target.Rollout);
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target with { Rollout = rollout }, image, Ct);
        var options = new UpdateOptions { Timeout = timeout ?? TimeSpan.FromMinutes(2), RollbackOnFailure = rollback };
        return await StepContexts.UpdateAsync(Cluster, plan, options, Ct, RunId);
    }

    /// <summary>The target's settings with a shorter patience for one cause.</summary>
    private protected RolloutSettings Patience(RolloutCause cause, int seconds) => On.Target.Rollout with
    {
        Patience = new Dictionary<string, TimeSpan>(On.Target.Rollout.Patience) { [cause.Id] = TimeSpan.FromSeconds(seconds) },
    };

    private protected async Task<Rollback> UndoAsync(RollbackRequest request)
    {
        var plan = await new RollbackPlanner(Cluster, On.Target, TimeProvider.System).PlanAsync(request, Ct);
        return await StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId);
    }

    /// <summary>Acts as soon as the Deployment controller has observed the update.</summary>
    private protected async Task<Rollout> UpdateDuringAsync(
        string image, Func<Task> interfere, RolloutSettings? settings = null, bool rollback = false)
    {
        var before = DeploymentReader.Generation((await DeploymentAsync()));
        var update = UpdateAsync(image, rollback, settings: settings);
        await foreach (var change in Cluster.WatchAsync(
            new WatchRequest(ResourceKind.Deployments, On.Target.Namespace) { FieldSelector = $"metadata.name={On.Target.Deployment}" },
            Ct))
        {
            if (DeploymentReader.ObservedGeneration(change.Object) > before) break;
        }

        await interfere();
        return await update;
    }

    private protected Task<JsonObject> MergeDeploymentAsync([StringSyntax(StringSyntaxAttribute.Json)] string spec) =>
        MergeAsync(ResourceKind.Deployments, On.Target.Deployment, $$"""{ "spec": {{spec}} }""");

    /// <summary>The first object of a kind, in the target's namespace, that is as wanted.</summary>
    private protected async Task<JsonObject> UntilAsync(ResourceKind kind, Func<JsonObject, bool> matches)
    {
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(kind, On.Target.Namespace), Ct))
        {
            if (change.Type != WatchEventType.Deleted && matches(change.Object)) return change.Object;
        }

        throw new InvalidOperationException("The watch ended.");
    }

    /// <summary>Merges fields into the container and leaves the others.</summary>
    private protected Task<JsonObject> PatchContainerAsync([StringSyntax(
        StringSyntaxAttribute.Json)] string container) => Cluster.PatchAsync(
        ResourceKind.Deployments,
        On.Target.Namespace,
        On.Target.Deployment,
        new PatchRequest(PatchKind.StrategicMerge, DeploymentPatch.Container(On.Target.Container, container)),
        Ct);

    /// <summary>Merges fields into the specification of the pods; of a list of containers, those with other names stay.</summary>
    private protected Task<JsonObject> PatchPodsAsync([StringSyntax(StringSyntaxAttribute.Json)] string spec) => Cluster.PatchAsync(
        ResourceKind.Deployments,
        On.Target.Namespace,
        On.Target.Deployment,
        new PatchRequest(PatchKind.StrategicMerge, DeploymentPatch.Pods(spec)),
        Ct);

    /// <summary>
    /// Gives the container a program: a shell script, with a folder <c>/state</c> that outlives its restarts, and on the sandbox, where
    /// nothing runs, a script of its own.
    /// </summary>
    private protected Task<JsonObject> PatchTemplateAsync(string sandbox, string shell, int graceSeconds = 1)
    {
        var patch = DeploymentPatch.Pods($$"""
            { "terminationGracePeriodSeconds": {{graceSeconds}},
              "volumes": [{ "name": "state", "emptyDir": {} }],
              "containers": [{ "name": "{{On.Target.Container}}", "volumeMounts": [{ "name": "state", "mountPath": "/state" }] }] }
            """);
        var template = patch["spec"]!["template"]!;
        template["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["sandbox/script"] = sandbox } };
        template["spec"]!["containers"]![0]!["command"] = new JsonArray("sh", "-c", shell);
        return Cluster.PatchAsync(
            ResourceKind.Deployments,
            On.Target.Namespace,
            On.Target.Deployment,
            new PatchRequest(PatchKind.StrategicMerge, patch),
            Ct);
    }

    private protected Task<JsonObject> DeploymentAsync() =>
        Cluster.GetAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct);

    private protected Task<JsonObject> CreateAsync(Manifest manifest) =>
        Cluster.CreateAsync(CreatedKinds.Single(kind => kind.Kind == manifest.Kind), On.Target.Namespace, manifest, dryRun: false, Ct);

    private protected Task KubectlAsync(params string[] arguments) => KubectlOutputAsync(arguments);

    /// <summary>Runs kubectl, which has to succeed; returns its output.</summary>
    private protected async Task<string> KubectlOutputAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--kubeconfig", On.Target.Kubeconfig!, .. arguments]) start.ArgumentList.Add(argument);
        try
        {
            using var kubectl = Process.Start(start)!;
            var output = kubectl.StandardOutput.ReadToEndAsync(Ct);
            var errors = await kubectl.StandardError.ReadToEndAsync(Ct);
            await kubectl.WaitForExitAsync(Ct);
            Assert.True(kubectl.ExitCode == 0, $"{await output}{errors}");
            return await output;
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no kubectl on PATH, and this test needs it.");
            throw;
        }
    }
}
