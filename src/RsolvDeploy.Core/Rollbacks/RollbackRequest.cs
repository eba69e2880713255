using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Selection;

namespace RsolvDeploy.Rollbacks;

/// <summary>What to roll back to. By default the previous revision.</summary>
internal sealed record RollbackRequest
{
    /// <summary>The specified revision; null for none.</summary>
    public long? ToRevision { get; init; }

    /// <summary>A Deployment from a backup, whose pod template is restored; null for none.</summary>
    public JsonObject? Template { get; init; }

    /// <summary>The image to roll back to, by digest; null for none.</summary>
    public string? ToImage { get; init; }

    /// <summary>The ConfigMaps and Secrets from a backup; null to use the snapshot of the release.</summary>
    public IReadOnlyList<JsonObject>? Configuration { get; init; }

    /// <summary>The Secret with the configuration snapshot from before the current release; null when it is not known.</summary>
    public string? SnapshotBefore { get; init; }

    /// <summary>Whether the pods are restarted although nothing differs, because the run was interrupted before the restart.</summary>
    public bool Restart { get; init; }

    /// <summary>Selects the ConfigMaps and Secrets to restore.</summary>
    public ObjectFilter ConfigurationFilter { get; init; } = new([], []);

    /// <summary>Whether ConfigMaps and Secrets are not restored.</summary>
    public bool ImageOnly { get; init; }

    /// <summary>Whether the rollback may cross migrations that were applied since.</summary>
    public bool AllowSchemaMismatch { get; init; }

    /// <summary>The reason for choosing this release; empty when the operator specified it.</summary>
    public string Choice { get; init; } = "";

    /// <summary>The revision before the current one; null when it is not known.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>The revision that the release of <see cref="ToImage"/> had; null when it is not known.</summary>
    public long? Revision { get; init; }

    /// <summary>The Deployment as this run observed it before its update; null for none.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>The image of the release that is left, when it may run no more; null for the running one.</summary>
    public string? Left { get; init; }

    /// <summary>Whether the operator specified the release, so that its images need no proof.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Whether nobody confirms it, so that only what is proven is restored.</summary>
    public bool Unattended { get; init; }

    /// <summary>Whether the release may be the running one, because an earlier run wrote it.</summary>
    public bool AcceptsRunning { get; init; }
}
