using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// Scales the ReplicaSets of a Deployment as the real controller does: one direction at a time, within surge and unavailability, by what
/// the ReplicaSets report as available.
/// </summary>
internal sealed class DeploymentScaler(ObjectStore store, EventRecorder events)
{
    public void Scale(JsonObject deployment, JsonObject newest, List<JsonObject> old)
    {
        var wanted = deployment.At("spec", "replicas").Number() ?? 1;
        if (RemovesOld(deployment, old)) return;
        if (deployment.At("spec", "strategy", "type").Text() == "Recreate") ScaleTo(deployment, newest, wanted);
        else if (!ScaleNewest(deployment, newest, old, wanted)) ScaleOld(deployment, newest, old, wanted);
    }

    /// <summary>Scales a paused Deployment, whose template is not rolled out.</summary>
    public void ScalePaused(JsonObject deployment, List<JsonObject> sets)
    {
        if (sets.Where(set => set.Replicas() > 0).ToList() is [var active])
            ScaleTo(deployment, active, deployment.At("spec", "replicas").Number() ?? 1);
    }

    public static (int Surge, int Unavailable) Limits(JsonObject deployment, int wanted)
    {
        var rolling = deployment.At("spec", "strategy", "rollingUpdate");
        var surge = Share(rolling.At("maxSurge"), wanted, up: true);
        var unavailable = Share(rolling.At("maxUnavailable"), wanted, up: false);
        return (surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    /// <summary>
    /// Removes the old pods of a Deployment that recreates them: the new ReplicaSet is created and scaled when they are gone, terminating
    /// ones too.
    /// </summary>
    /// <returns>Whether some are left.</returns>
    public bool RemovesOld(JsonObject deployment, List<JsonObject> old)
    {
        if (deployment.At("spec", "strategy", "type").Text() != "Recreate") return false;
        if (old.Exists(set => set.Replicas() > 0))
        {
            foreach (var set in old) ScaleTo(deployment, set, 0);
            return true;
        }

        return store.List(KindInfo.Pods, deployment.Namespace()).Items.Any(pod =>
            old.Exists(set => pod.IsOwnedBy(set)) && pod.At("status", "phase").Text() is not ("Failed" or "Succeeded"));
    }

    private bool ScaleNewest(JsonObject deployment, JsonObject newest, List<JsonObject> old, int wanted)
    {
        var replicas = newest.Replicas();
        if (replicas == wanted) return false;
        if (replicas > wanted) return ScaleTo(deployment, newest, wanted);
        var room = wanted + Limits(deployment, wanted).Surge - replicas - old.Sum(Workload.Replicas);
        return room > 0 && ScaleTo(deployment, newest, replicas + Math.Min(room, wanted - replicas));
    }

    private void ScaleOld(JsonObject deployment, JsonObject newest, List<JsonObject> old, int wanted)
    {
        var least = wanted - Limits(deployment, wanted).Unavailable;
        var unavailable = newest.Replicas() - Available(newest);
        var most = old.Sum(Workload.Replicas) + newest.Replicas() - least - unavailable;
        if (most <= 0) return;
        List<JsonObject> oldest = [.. old.OrderBy(set => set.At("metadata", "creationTimestamp").Text(), StringComparer.Ordinal)
            .ThenBy(Workload.Revision)];
        // Pods that are not available serve nobody, so they go first.
        foreach (var set in oldest)
        {
            var drop = Math.Min(most, set.Replicas() - Available(set));
            if (drop <= 0) continue;
            ScaleTo(deployment, set, set.Replicas() - drop);
            most -= drop;
        }

        var spare = old.Sum(Available) + Available(newest) - least;
        foreach (var set in oldest)
        {
            var drop = Math.Min(spare, set.Replicas());
            if (drop <= 0) continue;
            ScaleTo(deployment, set, set.Replicas() - drop);
            spare -= drop;
        }
    }

    private bool ScaleTo(JsonObject deployment, JsonObject set, int count)
    {
        var before = set.Replicas();
        if (before == count) return false;
        store.Update(KindInfo.ReplicaSets, set.Namespace(), set.Name(), current =>
        {
            current["spec"]!["replicas"] = count;
            return current.Unversioned();
        });
        set["spec"]!["replicas"] = count;
        events.Record(
            deployment,
            "deployment-controller",
            "Normal",
            "ScalingReplicaSet",
            $"Scaled {(count > before ? "up" : "down")} replica set {set.Name()} from {before} to {count}");
        return true;
    }

    private static int Available(JsonObject set) => set.At("status", "availableReplicas").Number() ?? 0;

    private static int Share(JsonNode? limit, int wanted, bool up)
    {
        if (limit.Number() is { } number) return number;
        var percent = int.Parse((limit.Text() ?? "25%").TrimEnd('%'), CultureInfo.InvariantCulture);
        return (int)(up ? Math.Ceiling(wanted * percent / 100.0) : Math.Floor(wanted * percent / 100.0));
    }
}
