using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// The capacity of the sandbox's one node: 8 CPUs and 16 GiB for each pod. It does not sum up pods, since nothing really runs.
/// </summary>
internal static class NodeCapacity
{
    private static readonly (string Resource, decimal Allocatable)[] Room = [("cpu", 8), ("memory", 16L * 1024 * 1024 * 1024)];
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("m", 0.001m), ("Ki", 1024), ("Mi", 1024 * 1024), ("Gi", 1024 * 1024 * 1024), ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000),
    ];

    /// <summary>The scheduler's message when the node does not fit; null when it does.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="isAbsent">Whether the node that it needs is not there yet.</param>
    public static string? Shortage(JsonObject pod, bool isAbsent)
    {
        if (isAbsent)
        {
            return "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: "
                + "0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
        }

        foreach (var (resource, allocatable) in Room)
        {
            var asked = (pod.At("spec", "containers") as JsonArray ?? [])
                .Sum(container => Quantity(container.At("resources", "requests", resource)));
            if (asked > allocatable)
            {
                return $"0/1 nodes are available: 1 Insufficient {resource}. no new claims to deallocate, preemption: "
                    + "0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
            }
        }

        return null;
    }

    /// <summary>
    /// The scheduler's message when no node has the labels that the pod selects; null when one has, or the pod selects none.
    /// </summary>
    public static string? Mismatch(JsonObject pod, IReadOnlyList<JsonObject> nodes)
    {
        if (pod.At("spec", "nodeSelector") is not JsonObject { Count: > 0 } selector) return null;
        return nodes.Any(node => selector.All(label => node.At("metadata", "labels", label.Key).Text() == label.Value.Text()))
            ? null
            : "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: "
                + "0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    }

    private static decimal Quantity(JsonNode? asked)
    {
        if (asked is null) return 0;
        var text = asked.Text() ?? asked.ToJsonString();
        var (suffix, factor) = Suffixes.FirstOrDefault(one => text.EndsWith(one.Suffix, StringComparison.Ordinal), ("", 1));
        return decimal.Parse(text[..^suffix.Length], CultureInfo.InvariantCulture) * factor;
    }
}
