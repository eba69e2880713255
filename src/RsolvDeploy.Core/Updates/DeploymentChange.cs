using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates;

/// <summary>The change that an update makes: as it is shown, as it is written, and whether what was shown still holds.</summary>
internal static class DeploymentChange
{
    /// <summary>The fields that the update changes.</summary>
    public static IReadOnlyList<FieldDifference> For(UpdatePlan plan)
    {
        var wanted = (JsonObject)plan.Observed.DeepClone();
        foreach (var container in PodTemplate.AllContainers(wanted.At("spec", "template")).Where(one => plan.Containers.Contains(one["name"].Text())))
            container["image"] = plan.Image;
        return Differences(wanted, plan.Observed);
    }

    /// <summary>The patch that sets the image and says who, what and why. It is refused when the object has moved since it was seen.</summary>
    public static JsonObject Patch(UpdatePlan plan, JsonObject seen, string reason, string runId) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = seen.At("metadata", "resourceVersion").Text(),
            ["annotations"] = new JsonObject
            {
                [DeploymentAnnotations.ChangeCause] = $"RsolvDeploy run {runId}: {plan.Image}{(reason.Length > 0 ? $", {reason}" : "")}",
                [DeploymentAnnotations.RunId] = runId,
                [DeploymentAnnotations.PreviousImage] = plan.PreviousImage,
                [DeploymentAnnotations.PreviousRevision] = plan.PreviousRevision?.ToString(CultureInfo.InvariantCulture),
            },
        },
        ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = Images(plan, seen) } },
    };

    /// <summary>Refuses to write when the specification is another than the one that was approved. Status and the number of pods may have changed: an update touches neither.</summary>
    /// <exception cref="DeployException"><c>Drifted</c>.</exception>
    public static void RefuseDrift(UpdatePlan plan, JsonObject now)
    {
        var drift = Differences(now, plan.Observed);
        if (drift.Count == 0) return;
        throw new DeployException("Drifted", FaultCategory.ResourceBusy,
            $"Somebody else changed {plan.Target.Namespace}/{plan.Target.Deployment} after the change was shown; nothing was written. Since then:\n{string.Join('\n', drift)}",
            "Look at what changed and update again, or accept it with -AcceptDrift.")
        { Subject = plan.Target.Deployment };
    }

    private static JsonObject Images(UpdatePlan plan, JsonObject seen)
    {
        var template = seen.At("spec", "template");
        var patch = new JsonObject { ["containers"] = Named(PodTemplate.Containers(template)) };
        if (Named([.. PodTemplate.AllContainers(template).Skip(PodTemplate.Containers(template).Count)]) is { Count: > 0 } first) patch["initContainers"] = first;
        return patch;

        JsonArray Named(IReadOnlyList<JsonObject> containers) =>
            new([.. containers.Select(one => one["name"].Text()).Where(name => plan.Containers.Contains(name)).Select(name => new JsonObject { ["name"] = name, ["image"] = plan.Image })]);
    }

    private static IReadOnlyList<FieldDifference> Differences(JsonObject wanted, JsonObject live) => TemplateDifference.Compare(Approved(wanted), Approved(live));

    private static JsonObject Approved(JsonObject deployment)
    {
        var spec = (JsonObject)(deployment["spec"]?.DeepClone() ?? new JsonObject());
        spec.Remove("replicas");
        return new JsonObject { ["spec"] = spec };
    }
}
