using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>A ControllerRevision: an earlier or the current pod template of a StatefulSet or DaemonSet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Number">Its number; the highest is the current one.</param>
/// <param name="Owner">The uid of the workload.</param>
internal sealed record ControllerRevision(string Name, long Number, string Owner)
{
    /// <summary>The label of a pod that refers to its revision.</summary>
    public const string HashLabel = "controller-revision-hash";

    /// <summary>Its pod template; null when its data has another form.</summary>
    public JsonObject? Stored { get; private init; }

    /// <summary>Reads it.</summary>
    public static ControllerRevision From(JsonObject revision) => new(
        revision.At("metadata", "name").Text() ?? "",
        revision["revision"]?.GetValue<long>() ?? 0,
        (revision.At("metadata", "ownerReferences") as JsonArray ?? [])
            .FirstOrDefault(one => one.At("controller")?.GetValue<bool>() == true).At("uid").Text() ?? "")
    {
        Stored = Template(revision),
    };

    /// <summary>The pod template of a revision; null when its data has another form.</summary>
    public static JsonObject? Template(JsonObject revision)
    {
        if (revision.At("data", "spec", "template") is not JsonObject stored) return null;
        var template = PodTemplate.Comparable(stored);
        template.Remove("$patch"); // the controllers store it as a patch that replaces the template
        return template;
    }

    /// <summary>Whether a pod's label means this revision: StatefulSets write its name, DaemonSets the hash at the end of it.</summary>
    /// <param name="label">The value of <see cref="HashLabel"/>.</param>
    /// <param name="workload">The name of the workload.</param>
    public bool IsMeantBy(string? label, string workload) => label is not null && (label == Name || $"{workload}-{label}" == Name);
}
