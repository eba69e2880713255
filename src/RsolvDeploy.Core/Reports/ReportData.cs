namespace RsolvDeploy.Reports;

/// <summary>
/// What a report shows of a run. Every format is made from it; <c>Json</c> is this record itself. Durations are in seconds.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Headline">The verdict in one sentence.</param>
internal sealed record ReportData(string RunId, ReportVerdict Verdict, string Headline)
{
    /// <summary>The version of this shape; it grows when a member changes its meaning.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The name of the target.</summary>
    public string Target { get; init; } = "";

    /// <summary>The namespace and the name of the Deployment, <c>namespace/name</c>.</summary>
    public string Deployment { get; init; } = "";

    /// <summary>Who ran it, <c>user@machine</c>; empty when it is not recorded.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The reason; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it started, UTC.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When its last step ended, UTC.</summary>
    public DateTimeOffset Ended { get; init; }

    /// <summary>When the report was made, UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>From the start to the end.</summary>
    public double Duration => Math.Max(0, (Ended - Started).TotalSeconds);

    /// <summary>How many checks have which status.</summary>
    public ReportCounts Counts { get; init; } = new();

    /// <summary>The steps in order, with their checks.</summary>
    public IReadOnlyList<ReportPhase> Phases { get; init; } = [];

    /// <summary>What changed.</summary>
    public ReportChange Change { get; init; } = new();

    /// <summary>The rollout of the newest update; null when there was none.</summary>
    public ReportRollout? Rollout { get; init; }

    /// <summary>What was measured, before and after.</summary>
    public IReadOnlyList<ReportMeasurement> Measurements { get; init; } = [];

    /// <summary>The backup; null when there was none.</summary>
    public ReportBackup? Backup { get; init; }

    /// <summary>The rollback; null when there was none.</summary>
    public ReportRollback? Rollback { get; init; }

    /// <summary>What was decided about manual checks, oldest first.</summary>
    public IReadOnlyList<ReportApproval> Approvals { get; init; } = [];

    /// <summary>The sign-off; null when the run was not signed off.</summary>
    public ReportSignOff? SignOff { get; init; }

    /// <summary>The record that the report is made from.</summary>
    public ReportLedger? Ledger { get; init; }

    /// <summary>All checks, in the order of the steps.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<ReportCheck> Checks => Phases.SelectMany(phase => phase.Checks);

    /// <summary>The checks that a person has to look at, the failed ones first.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<ReportCheck> Attention =>
    [
        .. Checks.Where(check => check.Status is CheckStatus.Failed or CheckStatus.Warning or CheckStatus.Manual)
            .OrderBy(check => check.Status switch { CheckStatus.Failed => 0, CheckStatus.Manual => 1, _ => 2 }),
    ];
}
