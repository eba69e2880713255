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
        if (kind != KindInfo.Deployments || item["spec"] is not JsonObject spec) return;
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

        if (spec.At("template", "spec") is JsonObject pod)
        {
            pod["restartPolicy"] ??= "Always";
            pod["terminationGracePeriodSeconds"] ??= 30;
            foreach (var container in (pod["containers"] as JsonArray ?? []).OfType<JsonObject>())
                container["imagePullPolicy"] ??= "IfNotPresent";
        }
    }
}
