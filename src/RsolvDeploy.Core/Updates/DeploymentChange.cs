using System.Globalization;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Updates;

/// <summary>The change of an update: what is shown, what is written, and whether the Deployment drifted in between.</summary>
internal static class DeploymentChange
{
    /// <summary>The fields that the update changes.</summary>
    public static IReadOnlyList<FieldDifference> For(UpdatePlan plan) => Differences(Wanted(plan), plan.Observed);

    /// <summary>The Deployment with the image set.</summary>
    public static JsonObject Wanted(UpdatePlan plan)
    {
        var wanted = (JsonObject)plan.Observed.DeepClone();
        foreach (var container in PodTemplate.AllContainers(PodTemplate.Of(wanted))
            .Where(one => plan.Containers.Contains(one["name"].Text())))
        {
            container["image"] = plan.Image;
        }

        return wanted;
    }

    /// <summary>
    /// The patch that sets the image and the annotations of the run. The API server rejects it when the object has changed since.
    /// </summary>
    public static JsonObject Patch(UpdatePlan plan, JsonObject observed, string reason, string runId) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = observed.At("metadata", "resourceVersion").Text(),
            ["annotations"] = new JsonObject
            {
                [DeploymentAnnotations.ChangeCause] = DeploymentAnnotations.Bound(
                    $"RsolvDeploy run {runId}: {plan.Image}{(reason.Length > 0 ? $", {reason}" : "")}"),
                [DeploymentAnnotations.RunId] = runId,
                [DeploymentAnnotations.PreviousImage] = plan.PreviousImage,
                [DeploymentAnnotations.PreviousRevision] = plan.PreviousRevision?.ToString(CultureInfo.InvariantCulture),
            },
        },
        ["spec"] = PodTemplate.SpecWith(observed, new JsonObject { ["spec"] = Images(plan, observed) }),
    };

    /// <summary>
    /// Rejects the update when the specification differs from the approved one. The status and the number of replicas may change.
    /// </summary>
    /// <exception cref="DeployException"><c>Drifted</c>.</exception>
    public static void RefuseDrift(UpdatePlan plan, JsonObject live)
    {
        var drift = Differences(live, plan.Observed);
        if (drift.Count == 0) return;
        throw new DeployException("Drifted", FaultCategory.ResourceBusy,
            $"The {plan.Target.Main.Kind} {plan.Target.Namespace}/{plan.Target.Deployment} was changed after the plan was shown; "
                + "nothing was written. "
                + $"These fields changed:\n{string.Join('\n', drift)}",
            "Check these changes and update again, or accept them with -AcceptDrift.")
        { Subject = plan.Target.Deployment };
    }

    private static JsonObject Images(UpdatePlan plan, JsonObject observed)
    {
        var template = PodTemplate.Of(observed);
        var patch = new JsonObject { ["containers"] = Named(PodTemplate.Containers(template)) };
        if (Named([.. PodTemplate.AllContainers(template).Skip(PodTemplate.Containers(template).Count)]) is { Count: > 0 } first)
            patch["initContainers"] = first;
        return patch;

        JsonArray Named(IReadOnlyList<JsonObject> containers) =>
            new([.. containers
                .Select(one => one["name"].Text())
                .Where(name => plan.Containers.Contains(name))
                .Select(name => new JsonObject { ["name"] = name, ["image"] = plan.Image })]);
    }

    private static IReadOnlyList<FieldDifference> Differences(JsonObject wanted, JsonObject live) =>
        TemplateDifference.Compare(Approved(wanted), Approved(live));

    private static JsonObject Approved(JsonObject deployment)
    {
        var spec = (JsonObject)(deployment["spec"]?.DeepClone() ?? new JsonObject());
        spec.Remove("replicas");
        return new JsonObject { ["spec"] = spec };
    }
}
