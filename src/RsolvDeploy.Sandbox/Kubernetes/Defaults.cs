using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Sets the defaults that the API server sets.</summary>
internal static class Defaults
{
    public static void Apply(KindInfo kind, JsonObject item)
    {
        if (kind == KindInfo.Secrets && item["stringData"] is JsonObject plain)
        {
            foreach (var (key, value) in plain)
                item.Object("data")[key] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value.Text() ?? ""));
            item.Remove("stringData");
        }

        // As the quota controller does once it has observed one.
        if (kind == KindInfo.Quotas && item.At("spec", "hard") is { } hard) item.Object("status")["hard"] = hard.DeepClone();
        if (item["spec"] is not JsonObject spec) return;
        if (kind == KindInfo.Deployments) Deployment(spec);
        else if (kind == KindInfo.StatefulSets) StatefulSet(spec);
        else if (kind == KindInfo.DaemonSets) DaemonSet(spec);
        else if (kind == KindInfo.CronJobs) CronJob(spec);
    }

    private static void Deployment(JsonObject spec)
    {
        spec["replicas"] ??= 1;
        spec["revisionHistoryLimit"] ??= 10;
        spec["progressDeadlineSeconds"] ??= 600;
        var strategy = spec.Object("strategy");
        strategy["type"] ??= "RollingUpdate";
        if (strategy["type"].Text() == "RollingUpdate")
        {
            var rolling = strategy.Object("rollingUpdate");
            rolling["maxSurge"] ??= "25%";
            rolling["maxUnavailable"] ??= "25%";
        }

        Template(spec);
    }

    private static void StatefulSet(JsonObject spec)
    {
        spec["replicas"] ??= 1;
        spec["revisionHistoryLimit"] ??= 10;
        spec["podManagementPolicy"] ??= "OrderedReady";
        var strategy = spec.Object("updateStrategy");
        strategy["type"] ??= "RollingUpdate";
        if (strategy["type"].Text() == "RollingUpdate") strategy.Object("rollingUpdate")["partition"] ??= 0;
        Template(spec);
    }

    private static void DaemonSet(JsonObject spec)
    {
        spec["revisionHistoryLimit"] ??= 10;
        var strategy = spec.Object("updateStrategy");
        strategy["type"] ??= "RollingUpdate";
        if (strategy["type"].Text() == "RollingUpdate")
        {
            var rolling = strategy.Object("rollingUpdate");
            rolling["maxSurge"] ??= 0;
            rolling["maxUnavailable"] ??= 1;
        }

        Template(spec);
    }

    private static void CronJob(JsonObject spec)
    {
        spec["concurrencyPolicy"] ??= "Allow";
        spec["failedJobsHistoryLimit"] ??= 1;
        spec["successfulJobsHistoryLimit"] ??= 3;
        spec["suspend"] ??= false;
        if (spec.At("jobTemplate", "spec") is JsonObject job) Template(job);
    }

    private static void Template(JsonObject spec)
    {
        if (spec.At("template", "spec") is not JsonObject pod) return;
        pod["restartPolicy"] ??= "Always";
        pod["terminationGracePeriodSeconds"] ??= 30;
        foreach (var container in (pod["containers"] as JsonArray ?? []).OfType<JsonObject>())
            container["imagePullPolicy"] ??= "IfNotPresent";
        RemoveEmptyLists(pod);
    }

    // The API server does not store them.
    private static void RemoveEmptyLists(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) RemoveEmptyLists(item);
        }
        else if (node is JsonObject map)
        {
            foreach (var name in map.Where(member => member.Value is JsonArray { Count: 0 }).Select(member => member.Key).ToList())
                map.Remove(name);
            foreach (var (_, value) in map) RemoveEmptyLists(value);
        }
    }
}
