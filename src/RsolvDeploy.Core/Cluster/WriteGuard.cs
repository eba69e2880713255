using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster;

/// <summary>Stands around every write of a client that changes something: it may refuse it, and records it.</summary>
/// <param name="what">The write, as it is to be read: <c>patch deployments production/rsolv-platform</c>.</param>
/// <param name="write">Sends it.</param>
/// <param name="ct">Cancels.</param>
internal delegate Task<JsonObject> WriteGuard(string what, Func<Task<JsonObject>> write, CancellationToken ct);
