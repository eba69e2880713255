using System.Globalization;
using System.Text.Json.Nodes;

using RsolvDeploy.Backups;
using RsolvDeploy.Cluster;
using RsolvDeploy.Configuration;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Benchmarks;

/// <summary>10,000 objects backed up with their Secrets encrypted, against <c>kubectl get -o yaml</c> of the same to nowhere.</summary>
internal static class BackupContest
{
    private const int OfEachKind = 5000;

    public static async Task<IReadOnlyList<Contender>> PrepareAsync()
    {
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        for (var i = 0; i < OfEachKind; i++)
        {
            sandbox.Objects.Create(KindInfo.ConfigMaps, sandbox.Namespace, Item("ConfigMap", i));
            sandbox.Objects.Create(KindInfo.Secrets, sandbox.Namespace, Item("Secret", i));
        }

        var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production");
        var folder = Path.Combine(sandbox.Folder, "backups");
        return
        [
            new("kubectl get deployments,configmaps,secrets -o yaml", () => ChildProgram.RunAsync(
                "kubectl", "--kubeconfig", sandbox.KubeconfigPath, "--namespace", sandbox.Namespace, "get", "deployments,configmaps,secrets", "--output", "yaml")),
            new("Backup-RsolvState, Secrets encrypted", async () =>
            {
                using var cluster = ClusterClient.Connect(target, SilentReporter.Instance);
                await StateArchive.WriteAsync(cluster, StateArchive.Plan(target, DateTimeOffset.UtcNow, RunId.New(DateTimeOffset.UtcNow), folder, null) with { TryRestore = false }, SilentReporter.Instance, CancellationToken.None);
            }) { Owns = sandbox },
        ];
    }

    private static JsonObject Item(string kind, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"item-{number:00000}");
        var value = new string((char)('a' + (number % 26)), 400);
        var text = kind == "Secret" ? Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value)) : value;
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name }, ["data"] = new JsonObject { ["value"] = text } };
    }
}
