using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster;

/// <summary>Stands around every write of a client that changes something.</summary>
/// <param name="Record">Records the write, with all its attempts.</param>
/// <param name="ProveAsync">
/// Runs before each attempt, last before it is sent: an attempt after 429 or 401 may come long after the first. It throws when the write
/// must not be sent.
/// </param>
internal sealed record WriteGuard(WriteRecorder Record, Func<CancellationToken, Task> ProveAsync);

/// <summary>Records a write and its outcome.</summary>
/// <param name="what">The write, as it is to be read: <c>patch deployments production/rsolv-platform</c>.</param>
/// <param name="write">Sends it.</param>
internal delegate Task<JsonObject> WriteRecorder(string what, Func<Task<JsonObject>> write);
