using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Setup;

/// <summary>Finds the workload of a namespace that a configuration is made for; its kind need not be known.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">The namespace.</param>
internal sealed class WorkloadSearch(ClusterClient cluster, string ns)
{
    private const string Kinds = "Deployment, StatefulSet or DaemonSet";

    // In the order in which a name is looked up.
    private static readonly WorkloadKind[] Searched = [WorkloadKind.Deployment, WorkloadKind.StatefulSet, WorkloadKind.DaemonSet];

    /// <summary>The workload with its kind.</summary>
    /// <param name="name">Its name; null for the only Deployment, or else the only workload, of the namespace.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <exception cref="DeployException">There is no such workload, or none is specified and there is not exactly one.</exception>
    public async Task<(WorkloadKind Kind, JsonObject Workload)> FindAsync(string? name, CancellationToken ct)
    {
        foreach (var kind in name is null ? [] : Searched)
        {
            if (await ReadAsync(kind, one => cluster.FindAsync(one, ns, name!, ct)) is { } found) return (kind, found);
        }

        var lists = await Task.WhenAll(Searched.Select(kind => ReadAsync(kind, one => cluster.ListAllAsync(one, ns, null, null, ct)!)));
        var all = Searched.Zip(lists).SelectMany(pair => (pair.Second ?? []).Select(one => (Kind: pair.First, Workload: one))).ToList();
        if (name is not null) throw Missing("NotFound", FaultCategory.ObjectNotFound, $"The namespace {ns} has no {Kinds} '{name}'.", all);
        if (all.FindAll(one => one.Kind == WorkloadKind.Deployment) is [var deployment]) return deployment;
        if (all is [var only]) return only;
        throw Missing(
            "DeploymentNotSpecified",
            FaultCategory.InvalidArgument,
            all.Count == 0 ? $"The namespace {ns} has no {Kinds}." : $"The namespace {ns} has several workloads.",
            all);
    }

    // Whoever may not read the other kinds releases a Deployment.
    private static async Task<T?> ReadAsync<T>(WorkloadKind kind, Func<ResourceKind, Task<T?>> read)
        where T : class
    {
        try
        {
            return await read(WorkloadKinds.ResourceOf(kind));
        }
        catch (ApiException e) when (e.StatusCode == 403 && kind != WorkloadKind.Deployment)
        {
            return null;
        }
    }

    private DeployException Missing(
        string id, FaultCategory category, string message, List<(WorkloadKind Kind, JsonObject Workload)> all) =>
        new(
            id,
            category,
            all.Count == 0 ? message : $"{message} It has {string.Join(", ", all.Select(one => $"{one.Kind} {NameOf(one.Workload)}"))}.",
            all.Count == 0
                ? $"Specify another -Namespace, or another -Context than '{cluster.ContextName}'."
                : "Specify one of them with -Deployment.")
        { Subject = ns };

    private static string? NameOf(JsonObject workload) => workload.At("metadata", "name").Text();
}
