using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Scales the ReplicaSets of a Deployment towards the newest one, within surge and unavailability.</summary>
internal sealed class DeploymentScaler(ObjectStore store, EventRecorder events, ReplicaSetController replicas)
{
    public void Scale(JsonObject deployment, JsonObject newest, List<JsonObject> old)
    {
        var wanted = deployment.At("spec", "replicas").Number() ?? 1;
        var pods = old.Append(newest).ToDictionary(set => set.Uid(), replicas.PodsOf);
        if (deployment.At("spec", "strategy", "type").Text() == "Recreate")
        {
            foreach (var set in old) ScaleTo(deployment, set, 0, "down");
            if (old.All(set => pods[set.Uid()].Count == 0)) ScaleTo(deployment, newest, wanted, "up");
            return;
        }

        var (surge, unavailable) = Limits(deployment, wanted);
        var total = old.Append(newest).Sum(Workload.Replicas);
        var room = wanted + surge - total;
        if (newest.Replicas() > wanted) ScaleTo(deployment, newest, wanted, "down");
        else if (newest.Replicas() < wanted && room > 0) ScaleTo(deployment, newest, Math.Min(wanted, newest.Replicas() + room), "up");
        ScaleDown(deployment, newest, old, pods, wanted - unavailable);
    }

    private void ScaleDown(
        JsonObject deployment, JsonObject newest, List<JsonObject> old, Dictionary<string, List<JsonObject>> pods, int least)
    {
        var newReady = pods[newest.Uid()].Count(Workload.IsReady);
        var newUnready = newest.Replicas() - newReady;
        var spare = old.Sum(Workload.Replicas) + newest.Replicas() - least - newUnready;
        foreach (var set in old.OrderBy(Workload.Revision))
        {
            if (spare <= 0 || set.Replicas() == 0) continue;
            // Pods that are not ready serve nobody, so they go first.
            var unready = Math.Min(spare, set.Replicas() - pods[set.Uid()].Count(Workload.IsReady));
            var ready = Math.Min(spare - unready, Math.Max(0, old.Sum(one => pods[one.Uid()].Count(Workload.IsReady)) + newReady - least));
            var drop = Math.Min(set.Replicas(), unready + ready);
            if (drop <= 0) continue;
            ScaleTo(deployment, set, set.Replicas() - drop, "down");
            spare -= drop;
        }
    }

    private void ScaleTo(JsonObject deployment, JsonObject set, int count, string direction)
    {
        var before = set.Replicas();
        if (before == count) return;
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
            $"Scaled {direction} replica set {set.Name()} from {before} to {count}");
    }

    public static (int Surge, int Unavailable) Limits(JsonObject deployment, int wanted)
    {
        var rolling = deployment.At("spec", "strategy", "rollingUpdate");
        var surge = Share(rolling.At("maxSurge"), wanted, up: true);
        var unavailable = Share(rolling.At("maxUnavailable"), wanted, up: false);
        return (surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    private static int Share(JsonNode? limit, int wanted, bool up)
    {
        if (limit.Number() is { } number) return number;
        var percent = int.Parse((limit.Text() ?? "25%").TrimEnd('%'), CultureInfo.InvariantCulture);
        return (int)(up ? Math.Ceiling(wanted * percent / 100.0) : Math.Floor(wanted * percent / 100.0));
    }
}
