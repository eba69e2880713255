namespace RsolvDeploy;

/// <summary>A verification of the dashboard of a target: the result of <c>Test-RsolvDashboard</c>.</summary>
/// <param name="Target">The environment.</param>
/// <param name="RunId">The run it belongs to.</param>
/// <param name="Verdict">The verdict of the checks.</param>
/// <param name="Checks">The checks, in the order of the checklist.</param>
public sealed record DashboardVerification(TargetIdentity Target, string RunId, Verdict Verdict, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <inheritdoc/>
    public StepStatus Status { get; init; } = Verdict == Verdict.Passed ? StepStatus.Succeeded : StepStatus.Failed;

    /// <summary>The uid of the dashboard; empty when it was not read.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The title of the dashboard; empty when it was not read.</summary>
    public string Title { get; init; } = "";

    /// <summary>The folder of the dashboard; empty when it is not known.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The start of the range that the queries ran over, UTC; null when they did not run.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end of the range that the queries ran over, UTC; null when they did not run.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The panels with the results of their queries.</summary>
    public IReadOnlyList<DashboardPanel> Panels { get; init => field = value.ToArray(); } = [];

    /// <summary>The deployed image, for a rollback; null when it is not known.</summary>
    public string? Image { get; init; }

    /// <summary>The previous revision, for a rollback; null when it is not known.</summary>
    public long? PreviousRevision { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Dashboard of {Target.Name}: {Verdict}";
}
