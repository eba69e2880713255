namespace RsolvDeploy;

/// <summary>A release of a deployment, as the cluster remembers it.</summary>
/// <param name="Image">What was deployed, <c>repository@sha256:…</c>.</param>
/// <param name="At">When, UTC.</param>
public sealed record Release(string Image, DateTimeOffset At)
{
    /// <summary>The Deployment's revision; null when the controller had not named it.</summary>
    public long? Revision { get; init; }

    /// <summary>The Secret that keeps the ConfigMaps and Secrets that this release runs with; null when they are not kept.</summary>
    public string? Configuration { get; init; }

    /// <summary>The Secret that keeps those that were there right before it; null when they are not kept.</summary>
    public string? ConfigurationBefore { get; init; }

    /// <summary>What came of it.</summary>
    public StepStatus Status { get; init; }

    /// <summary>Whether it was verified to be good afterwards.</summary>
    public bool Verified { get; init; }

    /// <summary>Whether it was a rollback.</summary>
    public bool IsRollback { get; init; }

    /// <summary>Who deployed it, <c>user@machine</c>.</summary>
    public string By { get; init; } = "";

    /// <summary>The run it belongs to.</summary>
    public string RunId { get; init; } = "";

    /// <summary>The number and the hash of the last line of the run's ledger when this was noted: a ledger without that line was cut. Null when nothing was recorded.</summary>
    public string? Ledger { get; init; }

    /// <summary>The reason; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The newest version of the database's schema that it was seen to run on; null when that was not looked at.</summary>
    public long? Schema { get; init; }

    /// <summary>The migrations that were applied while it ran, the last 50.</summary>
    // A history that was written before they were noted has none.
    public IReadOnlyList<SchemaMigration> Migrations { get; init => field = value?.ToArray() ?? []; } = [];

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"{Image}: {Status}{(Verified ? ", verified" : "")}";
}
