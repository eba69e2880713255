using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster;

/// <summary>What a watch observed.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object as it is now; when it is gone, what identifies it at least. Empty for
/// <see cref="WatchEventType.Synced"/>.</param>
internal sealed record WatchEvent(WatchEventType Type, JsonObject Object);
