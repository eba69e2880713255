using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

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

        var model = deployment.ReadAs<V1Deployment>();
        var surge = Surge(model);
        var exceeded = (await quotas ?? []).SelectMany(quota => Exceeded(quota.ReadAs<V1ResourceQuota>(), model, surge)).ToList();
        if (exceeded.Count > 0) return CheckOutcome.Failed(string.Join("; ", exceeded), "Raise the quota, free some of it, or lower maxSurge of the Deployment.");
        var notes = new List<string> { $"{Pods(surge)} for a while" };
        notes.AddRange((await scalers ?? []).Select(ObjectModel.ReadAs<V2HorizontalPodAutoscaler>).Where(scaler => AutoscalerReader.DeploymentOf(scaler) == target.Deployment)
            .Select(scaler => $"HorizontalPodAutoscaler {scaler.Name()} keeps {scaler.Spec.MinReplicas ?? 1} to {scaler.Spec.MaxReplicas} replicas: their number is left alone"));
        notes.AddRange((await budgets ?? []).Select(ObjectModel.ReadAs<V1PodDisruptionBudget>).Where(budget => Selects(budget, model))
            .Select(budget => $"PodDisruptionBudget {budget.Name()} allows {budget.Status?.DisruptionsAllowed ?? 0} disruptions"));
        if (await quotas is { Count: > 0 } fitting) notes.Add($"fits {string.Join(", ", fitting.Select(Name))}");
        // A quota holds up the pods also of who may not see it.
        return await quotas is null && surge > 0
            ? CheckOutcome.Warning($"{string.Join("; ", notes)}; quotas may not be read, so that these pods fit is not known", $"Allow 'list resourcequotas' in {target.Namespace}, or watch for pods that are not made.")
            : CheckOutcome.Passed(string.Join("; ", notes));
    }

    /// <summary>How many pods a rollout may add, by the Deployment's strategy (Kubernetes, "Max Surge": 25 % unless given, rounded up).</summary>
    public static int Surge(V1Deployment deployment)
    {
        if (deployment.Spec?.Strategy?.Type == "Recreate") return 0;
        var replicas = deployment.Spec?.Replicas ?? 1;
        var surge = deployment.Spec?.Strategy?.RollingUpdate?.MaxSurge?.Value ?? "25%";
        if (int.TryParse(surge, CultureInfo.InvariantCulture, out var count)) return count;
        return int.TryParse(surge.TrimEnd('%'), CultureInfo.InvariantCulture, out var percent) ? (int)Math.Ceiling(replicas * percent / 100.0) : 0;
    }

    private static string Pods(int surge) => surge == 1 ? "1 more pod" : $"{surge} more pods";

    private static IEnumerable<string> Exceeded(V1ResourceQuota quota, V1Deployment deployment, int surge)
    {
        if (surge == 0) yield break;
        foreach (var (resource, hard) in quota.Status?.Hard ?? new Dictionary<string, ResourceQuantity>())
        {
            if (PerPod(deployment, resource) is not { } each) continue;
            var used = quota.Status?.Used?.TryGetValue(resource, out var quantity) == true ? quantity : new ResourceQuantity("0");
            if (used.ToDecimal() + (each * surge) > hard.ToDecimal())
                yield return $"ResourceQuota {quota.Name()}: {resource} {used} of {hard} used, {Pods(surge)} need{(surge == 1 ? "s" : "")} {(each * surge).ToString("0.###", CultureInfo.InvariantCulture)}";
        }
    }

    private static decimal? PerPod(V1Deployment deployment, string resource) => resource switch
    {
        "pods" or "count/pods" => 1,
        "cpu" or "requests.cpu" => Sum(deployment, resources => resources?.Requests, "cpu"),
        "memory" or "requests.memory" => Sum(deployment, resources => resources?.Requests, "memory"),
        "limits.cpu" => Sum(deployment, resources => resources?.Limits, "cpu"),
        "limits.memory" => Sum(deployment, resources => resources?.Limits, "memory"),
        _ => null,
    };

    private static decimal Sum(V1Deployment deployment, Func<V1ResourceRequirements?, IDictionary<string, ResourceQuantity>?> list, string resource) =>
        (deployment.Spec?.Template?.Spec?.Containers ?? []).Sum(container => list(container.Resources)?.TryGetValue(resource, out var quantity) == true ? quantity.ToDecimal() : 0);

    private static bool Selects(V1PodDisruptionBudget budget, V1Deployment deployment) =>
        budget.Spec?.Selector?.MatchLabels is { Count: > 0 } labels
        && labels.All(label => deployment.Spec?.Template?.Metadata?.Labels?.TryGetValue(label.Key, out var value) == true && value == label.Value);

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
