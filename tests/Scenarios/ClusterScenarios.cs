using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Rollbacks;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Scenarios;

/// <summary>A cluster for each scenario, and the steps that scenarios are told in. What they say holds on the sandbox and on a real cluster alike; a difference is a defect of the sandbox.</summary>
/// <param name="stage">Where it is played.</param>
public abstract class ClusterScenarios(IScenarioFixture stage) : IAsyncLifetime
{
    private protected const string RunId = "20261124-120000-aaaaaa";
    private ScenarioCluster? _on;
    private ClusterClient? _cluster;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected ScenarioCluster On => _on!;

    private protected ClusterClient Cluster => _cluster!;

    private protected IScenarioFixture Stage => stage;

    /// <summary>A folder of the scenario's own.</summary>
    private protected string Folder { get; } = Directory.CreateTempSubdirectory("rsolv-scenarios-").FullName;

    public async ValueTask InitializeAsync()
    {
        _on = await stage.StartAsync(Ct);
        _cluster = ClusterClient.Connect(_on.Target, SilentReporter.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _cluster?.Dispose();
        await stage.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected async Task<(StateBackup Backup, BackupKeyStore Keys)> BackupAsync(params string[] also)
    {
        var keys = new BackupKeyStore(Path.Combine(Folder, "keys"));
        var plan = BackupWriter.Plan(On.Target, DateTimeOffset.UtcNow, RunId, Path.Combine(Folder, "backups"), null);
        return (await BackupWriter.WriteAsync(Cluster, plan with { Encryption = BackupEncryption.Plan(On.Target.Backup, null, keys), AdditionalKinds = also }, SilentReporter.Instance, Ct), keys);
    }

    private protected Task<JsonObject> MergeAsync(ResourceKind kind, string name, JsonObject patch) => Cluster.PatchAsync(kind, On.Target.Namespace, name, new PatchRequest(PatchKind.Merge, patch), Ct);

    private protected async Task<Rollout> UpdateAsync(string image, bool rollback = false, TimeSpan? timeout = null)
    {
        var plan = await UpdatePlanner.PlanAsync(Cluster, On.Target, image, Ct);
        var options = new UpdateOptions { Timeout = timeout ?? TimeSpan.FromMinutes(2), RollbackOnFailure = rollback };
        return await StepContexts.UpdateAsync(Cluster, plan, options, Ct, RunId);
    }

    private protected async Task<Rollback> UndoAsync(RollbackRequest request)
    {
        var plan = await RollbackPlanner.PlanAsync(Cluster, On.Target, request, Ct);
        return await StepContexts.RollBackAsync(Cluster, plan, TimeSpan.FromMinutes(2), Ct, RunId);
    }

    /// <summary>Does something to the Deployment as soon as its controller has seen the update.</summary>
    private protected async Task<Rollout> UpdateDuringAsync(string image, Func<Task> interfere)
    {
        var before = RolloutState.Long((await DeploymentAsync()).At("metadata", "generation"));
        var update = UpdateAsync(image);
        await foreach (var change in Cluster.WatchAsync(new WatchRequest(ResourceKind.Deployments, On.Target.Namespace) { FieldSelector = $"metadata.name={On.Target.Deployment}" }, Ct))
        {
            if (RolloutState.Long(change.Object.At("status", "observedGeneration")) > before) break;
        }

        await interfere();
        return await update;
    }

    private protected Task<JsonObject> MergeDeploymentAsync(JsonObject spec) => MergeAsync(ResourceKind.Deployments, On.Target.Deployment, new JsonObject { ["spec"] = spec });

    private protected Task<JsonObject> DeploymentAsync() => Cluster.GetAsync(ResourceKind.Deployments, On.Target.Namespace, On.Target.Deployment, Ct);

    private protected async Task CreateAsync(ResourceKind kind, string name, JsonObject body)
    {
        body["apiVersion"] = kind.ApiVersion;
        body["kind"] = kind.Kind;
        body["metadata"] = new JsonObject { ["name"] = name };
        await Cluster.CreateAsync(kind, On.Target.Namespace, body, dryRun: false, Ct);
    }

    private protected async Task KubectlAsync(params string[] arguments)
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
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no kubectl on PATH: that it reads the files of a backup was not tried.");
        }
    }
}
