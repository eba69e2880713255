using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Cluster.Workloads;

namespace RsolvDeploy.Preflight;

/// <summary>
/// <c>environment.capacity</c>: the pods that a rollout adds for a while fit the quotas. What else controls the number of pods is named.
/// </summary>
internal static class Capacity
{
    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var reads = await Task.WhenAll(
            ListAsync(cluster, ResourceKind.ResourceQuotas, target, ct),
            ListAsync(cluster, ResourceKind.DisruptionBudgets, target, ct),
            ListAsync(cluster, ResourceKind.Autoscalers, target, ct));
        var model = deployment.ReadAs<V1Deployment>();
        var (quotas, surge) = (reads[0]?.Select(ObjectModel.ReadAs<V1ResourceQuota>).ToList(), Surge(model));
        // A quota also holds up the pods of an operator who may not read it.
        var unknown = quotas is null && surge > 0;
        var fitting = (quotas ?? []).Aggregate(surge, (least, quota) => Math.Min(least, Fitting(quota, model, surge)));
        return Judge().Compared(surge, unknown ? "unknown" : fitting);

        CheckOutcome Judge()
        {
            var exceeded = (quotas ?? []).SelectMany(quota => Exceeded(quota, model, surge)).ToList();
            if (exceeded.Count > 0)
            {
                return CheckOutcome.NotMet(
                    string.Join("; ", exceeded), "Raise the quota, free some of it, or lower maxSurge of the Deployment.");
            }

            var notes = Notes(reads[1] ?? [], reads[2] ?? []);
            if (quotas is { Count: > 0 }) notes.Add($"fits {string.Join(", ", quotas.Select(quota => quota.Name()))}");
            return unknown
                ? CheckOutcome.Warning(
                    $"{string.Join("; ", notes)}; quotas may not be read, so that these pods fit is not known",
                    $"Allow 'list resourcequotas' in {target.Namespace}, or watch for pods that are not created.")
                : CheckOutcome.Met(string.Join("; ", notes));
        }

        List<string> Notes(IEnumerable<JsonObject> budgets, IEnumerable<JsonObject> scalers) =>
        [
            $"{Pods(surge)} for a while",
            .. scalers
                .Select(ObjectModel.ReadAs<V2HorizontalPodAutoscaler>)
                .Where(scaler => AutoscalerReader.DeploymentOf(scaler) == target.Deployment)
                .Select(scaler =>
                    $"HorizontalPodAutoscaler {scaler.Name()} keeps {scaler.Spec.MinReplicas ?? 1} to {scaler.Spec.MaxReplicas} replicas: "
                        + "their number is left alone"),
            .. budgets.Select(ObjectModel.ReadAs<V1PodDisruptionBudget>).Where(budget => Selects(budget, model)).Select(budget =>
                $"PodDisruptionBudget {budget.Name()} allows {budget.Status?.DisruptionsAllowed ?? 0} disruptions"),
        ];
    }

    /// <summary>
    /// How many pods a rollout may add, by the Deployment's strategy (Kubernetes, "Max Surge": 25 % unless given, rounded up).
    /// </summary>
    public static int Surge(V1Deployment deployment)
    {
        if (deployment.Spec?.Strategy?.Type == "Recreate") return 0;
        var replicas = deployment.Spec?.Replicas ?? 1;
        var surge = deployment.Spec?.Strategy?.RollingUpdate?.MaxSurge?.Value ?? "25%";
        if (int.TryParse(surge, CultureInfo.InvariantCulture, out var count)) return count;
        return int.TryParse(surge.TrimEnd('%'), CultureInfo.InvariantCulture, out var percent)
            ? (int)Math.Ceiling(replicas * percent / 100.0)
            : 0;
    }

    private static string Pods(int surge) => surge == 1 ? "1 more pod" : $"{surge} more pods";

    // How many of the pods that a rollout adds a quota has room for.
    private static int Fitting(V1ResourceQuota quota, V1Deployment deployment, int surge) =>
        Limits(quota, deployment).Where(limit => limit.Each > 0)
            .Select(limit => (int)Math.Clamp(Math.Floor((limit.Hard.ToDecimal() - limit.Used.ToDecimal()) / limit.Each), 0, surge))
            .DefaultIfEmpty(surge).Min();

    private static IEnumerable<string> Exceeded(V1ResourceQuota quota, V1Deployment deployment, int surge) =>
        from limit in Limits(quota, deployment)
        let needed = limit.Each * surge
        where surge > 0 && limit.Used.ToDecimal() + needed > limit.Hard.ToDecimal()
        let shown = $"{Pods(surge)} need{(surge == 1 ? "s" : "")} {needed.ToString("0.###", CultureInfo.InvariantCulture)}"
        select $"ResourceQuota {quota.Name()}: {limit.Resource} {limit.Used} of {limit.Hard} used, {shown}";

    private static IEnumerable<(string Resource, decimal Each, ResourceQuantity Used, ResourceQuantity Hard)> Limits(
        V1ResourceQuota quota, V1Deployment deployment)
    {
        foreach (var (resource, hard) in quota.Status?.Hard ?? new Dictionary<string, ResourceQuantity>())
        {
            if (PerPod(deployment, resource) is not { } each) continue;
            yield return (
                resource, each, quota.Status?.Used?.TryGetValue(resource, out var used) == true ? used : new ResourceQuantity("0"), hard);
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

    private static decimal Sum(
        V1Deployment deployment, Func<V1ResourceRequirements?, IDictionary<string, ResourceQuantity>?> list, string resource) =>
        (deployment.Spec?.Template?.Spec?.Containers ?? [])
            .Sum(container => list(container.Resources)?.TryGetValue(resource, out var quantity) == true ? quantity.ToDecimal() : 0);

    private static bool Selects(V1PodDisruptionBudget budget, V1Deployment deployment) =>
        budget.Spec?.Selector?.MatchLabels is { Count: > 0 } labels
        && labels.All(label =>
            deployment.Spec?.Template?.Metadata?.Labels?.TryGetValue(label.Key, out var value) == true && value == label.Value);

    // Null for what may not be read.
    private static async Task<IReadOnlyList<JsonObject>?> ListAsync(
        ClusterClient cluster, ResourceKind kind, Target target, CancellationToken ct)
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
