using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster;

/// <summary>A request that the API server refused, or that did not reach it.</summary>
internal sealed class ApiException(string id, FaultCategory category, string message, string remedy, Exception? inner = null)
    : DeployException(id, category, message, remedy, inner)
{
    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The server's <c>Status</c> object; null when it sent none.</summary>
    public JsonObject? Status { get; init; }

    /// <summary>How long the server asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool Transient { get; init; }

    /// <summary>The kind the server names as the one it has not found.</summary>
    public string? MissingKind => Status.At("details", "kind")?.Text();
}
