using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>
/// One chunk of a list, its objects built up. Each stands for itself: one that is kept keeps nothing of the others in memory.
/// </summary>
/// <param name="Items">Its objects.</param>
/// <param name="ResourceVersion">The version of the whole list.</param>
internal sealed record ListPage(IReadOnlyList<JsonObject> Items, string ResourceVersion);
