using System.Text.Json.Nodes;

using RsolvDeploy.Cluster;

namespace RsolvDeploy.Core.Tests.Recordings;

/// <summary>One line of a recording.</summary>
/// <param name="Milliseconds">Since the first action.</param>
/// <param name="Kind">The kind of the object; null for an action of the recorder.</param>
/// <param name="Type">The type of the watch event, or the action.</param>
/// <param name="Object">The object; empty for an action.</param>
internal sealed record RecordedEvent(long Milliseconds, ResourceKind? Kind, string Type, JsonObject Object)
{
    public WatchEvent Change => new(Enum.Parse<WatchEventType>(Type, ignoreCase: true), Object);

    public static RecordedEvent Parse(string line)
    {
        var node = JsonNode.Parse(line)!;
        ResourceKind? kind = (string)node["kind"]! switch
        {
            "deployments" => ResourceKind.Deployments,
            "replicasets" => ResourceKind.ReplicaSets,
            "pods" => ResourceKind.Pods,
            "events" => ResourceKind.Events,
            "action" => null,
            var other => throw new InvalidDataException($"A recording has an event of kind '{other}'."),
        };
        return new RecordedEvent((long)node["ms"]!, kind, (string)node["type"]!, node["object"] as JsonObject ?? []);
    }
}
