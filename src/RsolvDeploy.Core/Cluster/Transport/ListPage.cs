using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>One chunk of a list.</summary>
/// <param name="Items">Its objects.</param>
/// <param name="ResourceVersion">The version of the whole list.</param>
internal sealed record ListPage(IReadOnlyList<JsonObject> Items, string ResourceVersion);
