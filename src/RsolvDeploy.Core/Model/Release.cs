using System.Text.Json.Serialization;

namespace RsolvDeploy;

/// <summary>A release in the history of a deployment.</summary>
/// <param name="Image">The deployed image, <c>repository@sha256:…</c>.</param>
/// <param name="At">When it was deployed, UTC.</param>
public sealed record Release(string Image, DateTimeOffset At)
{
    /// <summary>The target whose history it stands in; the history itself does not store it.</summary>
    [JsonIgnore]
    public TargetIdentity? Target { get; init; }

    /// <summary>The revision of the Deployment; null when the controller had not set it.</summary>
    public long? Revision { get; init; }

    /// <summary>The Secret with the configuration snapshot of this release; null when there is none.</summary>
    public string? Configuration { get; init; }

    /// <summary>The Secret with the configuration snapshot from before this release; null when there is none.</summary>
    public string? ConfigurationBefore { get; init; }

    /// <summary>Its outcome.</summary>
    public StepStatus Status { get; init; }

    /// <summary>Whether a verification after it passed.</summary>
    public bool Verified { get; init; }

    /// <summary>Its validation on staging; null for none.</summary>
    public ReleaseValidation? Validation { get; init; }

    /// <summary>Whether it was a rollback.</summary>
    public bool IsRollback { get; init; }

    /// <summary>The operator, <c>user@machine</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>When the commit was made that its image was built from, UTC; null when it is not known.</summary>
    public DateTimeOffset? Committed { get; init; }

    /// <summary>The run it belongs to.</summary>
    public string RunId { get; init; } = "";

    /// <summary>
    /// The number and the hash of the last line of the ledger at this release: a ledger without that line was truncated. Null for none.
    /// </summary>
    public string? Ledger { get; init; }

    /// <summary>The reason; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who signed off its run, <c>user@machine</c>; empty when nobody did.</summary>
    // An older history has none.
    public string CompletedBy { get; init => field = value ?? ""; } = "";

    /// <summary>When its run was signed off, UTC; null when it was not.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The newest schema version that it ran on; null when it was not checked.</summary>
    public long? Schema { get; init; }

    /// <summary>The migrations that were applied while it ran, the last 50.</summary>
    // An older history has none.
    public IReadOnlyList<SchemaMigration> Migrations { get; init => field = value?.ToArray() ?? []; } = [];

    /// <summary>What it set in each workload; empty for a release that is one Deployment.</summary>
    // An older history has none.
    public IReadOnlyList<WorkloadRelease> Workloads { get; init => field = value?.ToArray() ?? []; } = [];

    /// <summary>SHA-256 of the certificate of the operator who signed this entry, in hex; null when nobody did.</summary>
    public string? Signer { get; init; }

    /// <summary>
    /// Why the entry proves nothing: it was changed, it is not signed, or its signer is not trusted. It chooses no image then. Null when a
    /// trusted signer recorded it.
    /// </summary>
    [JsonIgnore]
    public string? Problem { get; init; }

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Image}: {Status}{(Verified ? ", verified" : "")}";
}
