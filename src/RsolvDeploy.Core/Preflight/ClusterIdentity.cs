using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Preflight;

/// <summary>Looks whether the API server answers and is the one that is meant.</summary>
internal static class ClusterIdentity
{
    // Kubernetes' own rule for kubelets (Kubernetes, "Version Skew Policy").
    private const int OldestKubelet = 3;

    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, Task<IReadOnlyList<JsonObject>?> nodes, CancellationToken ct)
    {
        var version = (await cluster.GetVersionAsync(ct))["gitVersion"].Text() ?? "unknown";
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var evidence = $"Kubernetes {version} at {cluster.Server}, context '{cluster.ContextName}'{(target.Context is null ? " (the current one: the target names none)" : "")}";
        var skewed = (await nodes ?? []).Where(node => IsSkewed(Minor(version), Minor(Kubelet(node)))).Select(node => $"{node.At("metadata", "name").Text()} {Kubelet(node)}").ToList();
        return skewed.Count > 0
            ? CheckOutcome.Warning($"{evidence}; kubelets that do not fit it: {string.Join(", ", skewed)}", $"Bring the kubelets to at most {OldestKubelet} minor versions below the server.")
            : CheckOutcome.Passed(evidence);
    }

    public static async Task<CheckOutcome> EvaluateNamespaceAsync(ClusterClient cluster, Target target, CancellationToken ct)
    {
        ClusterGuard.RefuseProtected(target);
        JsonObject? found;
        try
        {
            found = await cluster.FindAsync(ResourceKind.Namespaces, null, target.Namespace, ct);
        }
        catch (DeployException e) when (e.Id == "Forbidden")
        {
            return CheckOutcome.Warning($"{target.Namespace}: namespaces may not be read, so that it exists is not known", "Allow 'get namespaces', or go on when the other checks pass.");
        }

        if (found is null) return CheckOutcome.Failed($"there is no namespace {target.Namespace} in context '{cluster.ContextName}'", "Correct 'namespace' or 'context' of the target.");
        if (found.At("status", "phase").Text() == "Terminating") return CheckOutcome.Failed($"{target.Namespace} is being deleted", "Wait until it is gone, and make it anew.");
        return target.Namespace == "default"
            ? CheckOutcome.Warning("the target deploys to 'default'", "Give the application a namespace of its own.")
            : CheckOutcome.Passed(target.Namespace);
    }

    private static bool IsSkewed(int? server, int? kubelet) => server is { } s && kubelet is { } k && (k > s || s - k > OldestKubelet);

    private static string? Kubelet(JsonObject node) => node.ReadAs<V1Node>().Status?.NodeInfo?.KubeletVersion;

    private static int? Minor(string? version) =>
        version?.Split('.') is [_, var minor, ..] && int.TryParse(minor, CultureInfo.InvariantCulture, out var number) ? number : null;
}
