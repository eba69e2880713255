using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Selection;

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

    /// <summary>ConfigMaps and Secrets out of a backup; null to take those that were kept with the release.</summary>
    public IReadOnlyList<JsonObject>? Configuration { get; init; }

    /// <summary>Where those that were there right before the release to leave are kept; null when that is not known.</summary>
    public string? SnapshotBefore { get; init; }

    /// <summary>Whether the pods are started anew although nothing is left to go back: it was interrupted before they were.</summary>
    public bool Restart { get; init; }

    /// <summary>Which ConfigMaps and Secrets go back.</summary>
    public ObjectFilter ConfigurationFilter { get; init; } = new([], []);

    /// <summary>Whether ConfigMaps and Secrets are left as they are.</summary>
    public bool ImageOnly { get; init; }

    /// <summary>Whether migrations may have been applied since.</summary>
    public bool AllowSchemaMismatch { get; init; }

    /// <summary>Why this image; empty when the operator named it.</summary>
    public string Choice { get; init; } = "";

    /// <summary>The revision before the one to leave; null when it is not known.</summary>
    public long? PreviousRevision { get; init; }
}
