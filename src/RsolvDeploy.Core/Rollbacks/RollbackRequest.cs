using System.Text.Json.Nodes;

namespace RsolvDeploy.Rollbacks;

/// <summary>Where to go back to. With nothing set, to the revision before the current one.</summary>
internal sealed record RollbackRequest
{
    /// <summary>The revision; null for none given.</summary>
    public long? ToRevision { get; init; }

    /// <summary>A Deployment out of a backup whose pod template is wanted; null for none.</summary>
    public JsonObject? Template { get; init; }

    /// <summary>An image to go back to, by digest; null for none.</summary>
    public string? ToImage { get; init; }

    /// <summary>Why this image; empty when the operator named it.</summary>
    public string Choice { get; init; } = "";

    /// <summary>The revision before the one to leave; null when it is not known.</summary>
    public long? PreviousRevision { get; init; }
}
