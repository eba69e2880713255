using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;
using k8s.Models;

namespace RsolvDeploy.Preflight;

/// <summary><c>environment.capacity</c>: the pods that a rollout adds for a while fit the quotas. What else controls the number of pods is named.</summary>
internal static class Capacity
{
    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var reads = await Task.WhenAll(
            ListAsync(cluster, ResourceKind.ResourceQuotas, target, ct),
            ListAsync(cluster, ResourceKind.DisruptionBudgets, target, ct),
            ListAsync(cluster, ResourceKind.Autoscalers, target, ct));
        var (quotas, surge) = (reads[0], Surge(deployment));
        // A quota also holds up the pods of an operator who may not read it.
        var unknown = quotas is null && surge > 0;
        var fitting = (quotas ?? []).Aggregate(surge, (least, quota) => Math.Min(least, Fitting(quota, deployment, surge)));
        return Judge().Compared(surge, unknown ? "unknown" : fitting);

        CheckOutcome Judge()
        {
            var exceeded = (quotas ?? []).SelectMany(quota => Exceeded(quota, deployment, surge)).ToList();
            if (exceeded.Count > 0) return CheckOutcome.NotMet(string.Join("; ", exceeded), "Raise the quota, free some of it, or lower maxSurge of the Deployment.");
            var notes = Notes(reads[1] ?? [], reads[2] ?? []);
            if (quotas is { Count: > 0 }) notes.Add($"fits {string.Join(", ", quotas.Select(Name))}");
            return unknown
                ? CheckOutcome.Warning($"{string.Join("; ", notes)}; quotas may not be read, so that these pods fit is not known", $"Allow 'list resourcequotas' in {target.Namespace}, or watch for pods that are not created.")
                : CheckOutcome.Met(string.Join("; ", notes));
        }

        List<string> Notes(IEnumerable<JsonObject> budgets, IEnumerable<JsonObject> scalers) =>
        [
            $"{Pods(surge)} for a while",
            .. scalers.Where(scaler => AutoscalerReader.DeploymentOf(scaler) == target.Deployment).Select(scaler =>
                $"HorizontalPodAutoscaler {Name(scaler)} keeps {scaler.At("spec", "minReplicas").Number() ?? 1} to {scaler.At("spec", "maxReplicas").Number()} replicas: their number is left alone"),
            .. budgets.Where(budget => Selects(budget, deployment)).Select(budget =>
                $"PodDisruptionBudget {Name(budget)} allows {budget.At("status", "disruptionsAllowed").Number() ?? 0} disruptions"),
        ];
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

    // How many of the pods that a rollout adds a quota has room for.
    private static int Fitting(JsonObject quota, JsonObject deployment, int surge) =>
        Limits(quota, deployment).Where(limit => limit.Each > 0).Select(limit => (int)Math.Clamp(Math.Floor((limit.Hard - limit.Used) / limit.Each), 0, surge))
            .DefaultIfEmpty(surge).Min();

    private static IEnumerable<string> Exceeded(JsonObject quota, JsonObject deployment, int surge) =>
        from limit in Limits(quota, deployment)
        where surge > 0 && limit.Used + (limit.Each * surge) > limit.Hard
        let shown = (limit.Each * surge).ToString("0.###", CultureInfo.InvariantCulture)
        select $"ResourceQuota {Name(quota)}: {limit.Resource} {quota.At("status", "used", limit.Resource).Text()} of {quota.At("status", "hard", limit.Resource).Text()} used, {Pods(surge)} need{(surge == 1 ? "s" : "")} {shown}";

    private static IEnumerable<(string Resource, decimal Each, decimal Used, decimal Hard)> Limits(JsonObject quota, JsonObject deployment)
    {
        foreach (var (resource, limit) in quota.At("status", "hard") as JsonObject ?? [])
        {
            if (PerPod(deployment, resource) is { } each && limit.Text() is { } hard)
                yield return (resource, each, Quantity(quota.At("status", "used", resource).Text() ?? "0"), Quantity(hard));
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

    // Null for what may not be read.
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
