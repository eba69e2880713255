using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster;

/// <summary>A change of a part of an object.</summary>
/// <param name="Kind">How it is merged into the object.</param>
/// <param name="Body">The change.</param>
internal sealed record PatchRequest(PatchKind Kind, JsonNode Body)
{
    /// <summary>Whether the server only checks the change and stores nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The field manager; null for this module.</summary>
    public string? Manager { get; init; }

    /// <summary>Whether a server-side apply takes fields over from other managers.</summary>
    public bool Force { get; init; }
}
