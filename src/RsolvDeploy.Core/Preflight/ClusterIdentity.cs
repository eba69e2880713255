using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>environment.cluster</c> and <c>environment.namespace</c>: the API server responds, and cluster and namespace are the configured ones.
/// </summary>
internal static class ClusterIdentity
{
    // Kubernetes' own rule for kubelets (Kubernetes, "Version Skew Policy").
    private const int OldestKubelet = 3;
    private const string Active = "Active";

    public static async Task<CheckOutcome> EvaluateAsync(
        ClusterClient cluster, Target target, Task<IReadOnlyList<JsonObject>?> nodes, CancellationToken ct)
    {
        var version = (await cluster.GetVersionAsync(ct))["gitVersion"].Text() ?? "unknown";
        await ClusterGuard.RefuseOtherClusterAsync(cluster, target, ct);
        var evidence = $"Kubernetes {version} at {cluster.Server}, "
            + $"context '{cluster.ContextName}'{(target.Context is null ? " (the current one: the target names none)" : "")}";
        var skewed = (await nodes ?? [])
            .Where(node => IsSkewed(Minor(version), Minor(Kubelet(node))))
            .Select(node => $"{node.At("metadata", "name").Text()} {Kubelet(node)}")
            .ToList();
        return (skewed.Count > 0
            ? CheckOutcome.Warning(
                $"{evidence}; kubelets that do not fit it: {string.Join(", ", skewed)}",
                $"Bring the kubelets to at most {OldestKubelet} minor versions below the server.")
            : CheckOutcome.Met(evidence)).Compared(target.Context ?? cluster.ContextName, cluster.ContextName);
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
            return CheckOutcome.Warning(
                $"{target.Namespace}: namespaces may not be read, so that it exists is not known",
                "Allow 'get namespaces', or continue when the other checks pass.");
        }

        if (found is null)
        {
            return CheckOutcome.NotMet(
                $"there is no namespace {target.Namespace} in context '{cluster.ContextName}'",
                "Correct 'namespace' or 'context' of the target.").Compared(Active, "none");
        }

        var phase = found.At("status", "phase").Text() ?? Active;
        var outcome = phase == "Terminating" ? CheckOutcome.NotMet(
            $"{target.Namespace} is being deleted", "Wait until it is gone, and create it again.")
            : target.Namespace == "default"
                ? CheckOutcome.Warning("the target deploys to 'default'", "Give the application a namespace of its own.")
            : CheckOutcome.Met(target.Namespace);
        return outcome.Compared(Active, phase);
    }

    private static bool IsSkewed(int? server, int? kubelet) => server is { } s && kubelet is { } k && (k > s || s - k > OldestKubelet);

    private static string? Kubelet(JsonObject node) => node.ReadAs<V1Node>().Status?.NodeInfo?.KubeletVersion;

    private static int? Minor(string? version) =>
        version?.Split('.') is [_, var minor, ..] && int.TryParse(minor, CultureInfo.InvariantCulture, out var number) ? number : null;
}
