using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using k8s.Models;

namespace RsolvDeploy.Preflight;

/// <summary>Whether the pods that a rollout adds for a while fit the quotas; and who else decides about the number of pods.</summary>
internal static class Capacity
{
    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var quotas = ListAsync(cluster, ResourceKind.ResourceQuotas, target, ct);
        var budgets = ListAsync(cluster, ResourceKind.DisruptionBudgets, target, ct);
        var scalers = ListAsync(cluster, ResourceKind.Autoscalers, target, ct);
        await Task.WhenAll(quotas, budgets, scalers);

        var surge = Surge(deployment);
        var exceeded = (await quotas ?? []).SelectMany(quota => Exceeded(quota, deployment, surge)).ToList();
        if (exceeded.Count > 0) return CheckOutcome.Failed(string.Join("; ", exceeded), "Raise the quota, free some of it, or lower maxSurge of the Deployment.");
        var notes = new List<string> { $"{Pods(surge)} for a while" };
        notes.AddRange((await scalers ?? []).Where(scaler => AutoscalerReader.DeploymentOf(scaler) == target.Deployment).Select(scaler => $"HorizontalPodAutoscaler {Name(scaler)} keeps {scaler.At("spec", "minReplicas").Number() ?? 1} to {scaler.At("spec", "maxReplicas").Number()} replicas: their number is left alone"));
        notes.AddRange((await budgets ?? []).Where(budget => Selects(budget, deployment)).Select(budget => $"PodDisruptionBudget {Name(budget)} allows {budget.At("status", "disruptionsAllowed").Number() ?? 0} disruptions"));
        if (await quotas is { Count: > 0 } fitting) notes.Add($"fits {string.Join(", ", fitting.Select(Name))}");
        // A quota holds up the pods also of who may not see it.
        return await quotas is null && surge > 0
            ? CheckOutcome.Warning($"{string.Join("; ", notes)}; quotas may not be read, so that these pods fit is not known", $"Allow 'list resourcequotas' in {target.Namespace}, or watch for pods that are not made.")
            : CheckOutcome.Passed(string.Join("; ", notes));
    }

    /// <summary>How many pods a rollout may add, by the Deployment's strategy (Kubernetes, "Max Surge": 25 % unless given, rounded up).</summary>
    public static int Surge(JsonObject deployment)
    {
        if (deployment.At("spec", "strategy", "type").Text() == "Recreate") return 0;
        var replicas = deployment.At("spec", "replicas").Number() ?? 1;
        var surge = deployment.At("spec", "strategy", "rollingUpdate", "maxSurge");
        if (surge.Number() is { } count) return count;
        var text = surge.Text() ?? "25%";
        return int.TryParse(text.TrimEnd('%'), CultureInfo.InvariantCulture, out var percent) ? (int)Math.Ceiling(replicas * percent / 100.0) : 0;
    }

    private static string Pods(int surge) => surge == 1 ? "1 more pod" : $"{surge} more pods";

    private static IEnumerable<string> Exceeded(JsonObject quota, JsonObject deployment, int surge)
    {
        if (surge == 0) yield break;
        foreach (var (resource, limit) in quota.At("status", "hard") as JsonObject ?? [])
        {
            if (PerPod(deployment, resource) is not { } each || limit.Text() is not { } hard) continue;
            var used = Quantity(quota.At("status", "used", resource).Text() ?? "0");
            if (used + (each * surge) > Quantity(hard))
                yield return $"ResourceQuota {Name(quota)}: {resource} {quota.At("status", "used", resource).Text()} of {hard} used, {Pods(surge)} need{(surge == 1 ? "s" : "")} {(each * surge).ToString("0.###", CultureInfo.InvariantCulture)}";
        }
    }

    private static decimal? PerPod(JsonObject deployment, string resource) => resource switch
    {
        "pods" or "count/pods" => 1,
        "cpu" or "requests.cpu" => Sum(deployment, "requests", "cpu"),
        "memory" or "requests.memory" => Sum(deployment, "requests", "memory"),
        "limits.cpu" => Sum(deployment, "limits", "cpu"),
        "limits.memory" => Sum(deployment, "limits", "memory"),
        _ => null,
    };

    private static decimal Sum(JsonObject deployment, string list, string resource) =>
        (deployment.At("spec", "template", "spec", "containers") as JsonArray ?? []).Sum(container => Quantity(container.At("resources", list, resource).Text() ?? "0"));

    private static decimal Quantity(string text) => new ResourceQuantity(text).ToDecimal();

    private static bool Selects(JsonObject budget, JsonObject deployment) =>
        budget.At("spec", "selector", "matchLabels") is JsonObject { Count: > 0 } labels
        && labels.All(label => deployment.At("spec", "template", "metadata", "labels", label.Key).Text() == label.Value.Text());

    private static string Name(JsonObject one) => one.At("metadata", "name").Text() ?? "?";

    // Null for what may not be seen.
    private static async Task<IReadOnlyList<JsonObject>?> ListAsync(ClusterClient cluster, ResourceKind kind, Target target, CancellationToken ct)
    {
        try
        {
            return await cluster.ListAllAsync(kind, target.Namespace, null, null, ct);
        }
        catch (Errors.DeployException e) when (e.Id == "NotFound")
        {
            return []; // a cluster that does not serve the kind has none of them
        }
        catch (Errors.DeployException e) when (e.Id == "Forbidden")
        {
            return null;
        }
    }
}
