using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster;

/// <summary>What a watch observed.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object as it is now, or in its last known state when it is gone; empty for <see cref="WatchEventType.Synced"/>.</param>
internal sealed record WatchEvent(WatchEventType Type, JsonObject Object);
