namespace RsolvDeploy.Reports;

/// <summary>How many checks have which status.</summary>
internal sealed record ReportCounts
{
    public int Passed { get; init; }

    public int Failed { get; init; }

    /// <summary>Those of the failed ones that are required.</summary>
    public int FailedRequired { get; init; }

    public int Warning { get; init; }

    public int Manual { get; init; }

    public int Skipped { get; init; }

    public int All => Passed + Failed + Warning + Manual + Skipped;

    /// <summary>Counts checks.</summary>
    public static ReportCounts From(IEnumerable<ReportCheck> checks)
    {
        var all = checks.ToList();
        var by = all.GroupBy(check => check.Status).ToDictionary(group => group.Key, group => group.Count());
        return new ReportCounts
        {
            FailedRequired = all.Count(check => check is { Status: CheckStatus.Failed, Severity: CheckSeverity.Required }),
            Passed = by.GetValueOrDefault(CheckStatus.Passed),
            Failed = by.GetValueOrDefault(CheckStatus.Failed),
            Warning = by.GetValueOrDefault(CheckStatus.Warning),
            Manual = by.GetValueOrDefault(CheckStatus.Manual),
            Skipped = by.GetValueOrDefault(CheckStatus.Skipped),
        };
    }
}

/// <summary>A step of the run.</summary>
/// <param name="Kind">Its kind: <c>Update</c>.</param>
/// <param name="Title">Its title for people.</param>
/// <param name="Status">How it ended: a step status, or <c>Interrupted</c>, <c>Pending</c>, <c>NotStarted</c>.</param>
internal sealed record ReportPhase(string Kind, string Title, string Status)
{
    /// <summary>When it started, UTC; null when it did not.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it took, in seconds; null when it did not run.</summary>
    public double? Duration { get; init; }

    /// <summary>How long it usually takes; null when there is no estimate.</summary>
    public ReportEstimate? Estimate { get; init; }

    /// <summary>The verdict of a verification.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Its checks.</summary>
    public IReadOnlyList<ReportCheck> Checks { get; init; } = [];
}

/// <summary>How long a step is expected to take.</summary>
/// <param name="Usual">Seconds: the lower bound of the checklist, or the median of the last runs.</param>
/// <param name="Long">Seconds: the upper bound of the checklist, or the 90th percentile of the last runs.</param>
/// <param name="Runs">How many runs it is made from; 0 for the checklist's.</param>
internal sealed record ReportEstimate(double Usual, double Long, int Runs);

/// <summary>A check of the run.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">What has to be so.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Severity">What a failure means.</param>
/// <param name="Evidence">What was observed.</param>
internal sealed record ReportCheck(string Id, string Title, CheckStatus Status, CheckSeverity Severity, string Evidence)
{
    /// <summary>Its phase in the checklist.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Its section of the checklist.</summary>
    public string Section { get; init; } = "";

    [System.Text.Json.Serialization.JsonConverter(typeof(CheckValueJson))]
    public object? Expected { get; init; }

    [System.Text.Json.Serialization.JsonConverter(typeof(CheckValueJson))]
    public object? Actual { get; init; }

    public string? Unit { get; init; }

    public string? Remedy { get; init; }

    /// <summary>Seconds; null when it is not recorded.</summary>
    public double? Duration { get; init; }
}

/// <summary>What changed.</summary>
internal sealed record ReportChange
{
    /// <summary>The image that was set.</summary>
    public string? Image { get; init; }

    public string? PreviousImage { get; init; }

    public long? Revision { get; init; }

    public long? PreviousRevision { get; init; }

    /// <summary>The tags that were published.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The size of the published image in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>The source that the image was built from.</summary>
    public ImageSource? Source { get; init; }

    /// <summary>The migrations that were run, <c>version name</c>.</summary>
    public IReadOnlyList<string> Migrations { get; init; } = [];

    /// <summary>The changed fields of the configuration, a line each; removed ones begin with <c>-</c>, added ones with <c>+</c>.</summary>
    public IReadOnlyList<string> Diff { get; init; } = [];
}

/// <summary>The rollout of an update.</summary>
internal sealed record ReportRollout
{
    public IReadOnlyList<TimelineEntry> Events { get; init; } = [];

    public IReadOnlyList<PodState> Pods { get; init; } = [];

    /// <summary>The cause of a failure; null when it did not fail.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>The folder with the evidence of a failure.</summary>
    public string? Evidence { get; init; }
}

/// <summary>A value that was measured.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record ReportMeasurement(string Name, string Unit)
{
    /// <summary>The value before the deployment; null when it is not known.</summary>
    public double? Before { get; init; }

    /// <summary>The value after it; null when it is not known.</summary>
    public double? After { get; init; }

    /// <summary>The limit; null when there is none.</summary>
    public double? Limit { get; init; }
}

/// <summary>The backup.</summary>
/// <param name="Status">How it ended.</param>
internal sealed record ReportBackup(string Status)
{
    public string? Path { get; init; }

    public int? Items { get; init; }

    public string? Encryption { get; init; }
}

/// <summary>The rollback.</summary>
/// <param name="Status">How it ended.</param>
internal sealed record ReportRollback(string Status)
{
    public string? Source { get; init; }

    public string? Destination { get; init; }

    public string? Image { get; init; }

    public string Choice { get; init; } = "";

    public string Reason { get; init; } = "";

    /// <summary>The folder with the evidence that was saved before.</summary>
    public string? Evidence { get; init; }
}

/// <summary>What a person decided about a manual check.</summary>
internal sealed record ReportApproval(string CheckId, bool Approved, string By, DateTimeOffset At, string Comment);

/// <summary>The sign-off.</summary>
internal sealed record ReportSignOff(string Outcome, string By, DateTimeOffset At, string Comment);

/// <summary>The record that a report is made from.</summary>
/// <param name="Lines">How many lines its ledger has.</param>
/// <param name="Head">The hash of the last line.</param>
/// <param name="Problem">Why it does not prove what the report shows; null when it does.</param>
internal sealed record ReportLedger(int Lines, string Head, string? Problem)
{
    /// <summary>The fingerprints of the certificates that signed its lines.</summary>
    public IReadOnlyList<string> Signers { get; init; } = [];
}
