using RsolvDeploy.Errors;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Steps;

/// <summary>Removes secret values from the free text of results and errors. Images, paths, names and numbers stay.</summary>
internal static class ResultRedaction
{
    /// <summary>The result without secret values.</summary>
    public static IStepResult Apply(this Redactor redactor, IStepResult result) => result switch
    {
        StagingValidation one => one with
        {
            Checks = redactor.Apply(one.Checks),
            Workflow = one.Workflow is { } run ? run with { Log = redactor.Apply(run.Log) } : null,
            Summary = redactor.Apply(one.Summary),
        },
        Readiness one => one with { Checks = redactor.Apply(one.Checks), Recommendation = redactor.Apply(one.Recommendation) },
        StateBackup one => one with { Checks = redactor.Apply(one.Checks) },
        StateRestore one => one with
        {
            Checks = redactor.Apply(one.Checks),
            Items = [.. one.Items.Select(item => item with { Detail = redactor.Apply(item.Detail) })],
        },
        PublishedImage one => one with { Checks = redactor.Apply(one.Checks) },
        Rollout one => redactor.Apply(one),
        Migration one => one with { Checks = redactor.Apply(one.Checks), Output = redactor.Apply(one.Output) },
        Verification one => one with { Checks = redactor.Apply(one.Checks) },
        SentTestData one => one with
        {
            Checks = redactor.Apply(one.Checks),
            Records = [.. one.Records.Select(sent => sent with { Response = redactor.Apply(sent.Response) })],
        },
        DashboardVerification one => one with
        {
            Checks = redactor.Apply(one.Checks),
            Panels = [.. one.Panels.Select(redactor.Apply)],
        },
        MetricsMeasurement one => redactor.Apply(one),
        Rollback one => redactor.Apply(one),
        RunSignOff one => one with { Checks = redactor.Apply(one.Checks), Comment = redactor.Apply(one.Comment) },
        FiredTrigger one => one with
        {
            Checks = redactor.Apply(one.Checks),
            Evidence = redactor.Apply(one.Evidence),
            Rollback = one.Rollback is { } rollback ? redactor.Apply(rollback) : null,
        },
        _ => result,
    };

    /// <summary>The error without secret values, in itself and in the exceptions behind it.</summary>
    public static DeployException Redact(this DeployException error, Redactor redactor)
    {
        var inner = error.InnerException is { } cause ? redactor.Apply(cause) : null;
        var (message, remedy) = (redactor.Apply(error.Message), redactor.Apply(error.Remedy));
        // A failed step's error names the result, of which another copy is output.
        var subject = error.Subject is string name ? redactor.Apply(name) : redactor.ApplyToOutput(error.Subject);
        return ReferenceEquals(inner, error.InnerException) && (message, remedy) == (error.Message, error.Remedy)
            && Equals(subject, error.Subject)
            ? error
            : new DeployException(error.Id, error.Category, message, remedy, inner) { Subject = subject };
    }

    private static Rollout Apply(this Redactor redactor, Rollout one) => one with
    {
        Checks = redactor.Apply(one.Checks),
        Diff = redactor.Apply(one.Diff),
        Diagnosis = redactor.Apply(one.Diagnosis),
        Pods = redactor.Apply(one.Pods),
        Timeline = redactor.Apply(one.Timeline),
        Workloads = redactor.Apply(one.Workloads),
        Rollback = one.Rollback is { } rollback ? redactor.Apply(rollback) : null,
    };

    private static Rollback Apply(this Redactor redactor, Rollback one) => one with
    {
        Checks = redactor.Apply(one.Checks),
        Reason = redactor.Apply(one.Reason),
        Choice = redactor.Apply(one.Choice),
        Diagnosis = redactor.Apply(one.Diagnosis),
        Pods = redactor.Apply(one.Pods),
        Workloads = redactor.Apply(one.Workloads),
    };

    private static DashboardPanel Apply(this Redactor redactor, DashboardPanel one) => one with
    {
        Title = redactor.Apply(one.Title),
        Error = one.Error is { } error ? redactor.Apply(error) : null,
        Queries =
        [
            .. one.Queries.Select(query => query with
            {
                Expression = redactor.Apply(query.Expression),
                Error = query.Error is { } fault ? redactor.Apply(fault) : null,
                Notices = redactor.Apply(query.Notices),
            }),
        ],
    };

    private static MetricsMeasurement Apply(this Redactor redactor, MetricsMeasurement one) => one with
    {
        Checks = redactor.Apply(one.Checks),
        Patch = redactor.Apply(one.Patch),
        Alerts =
        [
            .. one.Alerts.Select(alert => alert with
            {
                Expression = redactor.Apply(alert.Expression),
                Reason = redactor.Apply(alert.Reason),
            }),
        ],
        Histograms = [.. one.Histograms.Select(histogram => histogram with { Reason = redactor.Apply(histogram.Reason) })],
        Panels =
        [
            .. one.Panels.Select(panel => panel with
            {
                Panel = redactor.Apply(panel.Panel),
                Expression = redactor.Apply(panel.Expression),
                Error = panel.Error is { } error ? redactor.Apply(error) : null,
            }),
        ],
    };

    private static IReadOnlyList<WorkloadRollout> Apply(this Redactor redactor, IReadOnlyList<WorkloadRollout> workloads) =>
    [
        .. workloads.Select(one => one with
        {
            Diagnosis = redactor.Apply(one.Diagnosis),
            Pods = redactor.Apply(one.Pods),
            Timeline = redactor.Apply(one.Timeline),
        }),
    ];

    private static IReadOnlyList<TimelineEntry> Apply(this Redactor redactor, IReadOnlyList<TimelineEntry> timeline) =>
        [.. timeline.Select(entry => entry with { Event = redactor.Apply(entry.Event) })];

    public static IReadOnlyList<Check> Apply(this Redactor redactor, IReadOnlyList<Check> checks) =>
    [
        .. checks.Select(check => check with
        {
            Evidence = redactor.Apply(check.Evidence),
            Remedy = check.Remedy is { } remedy ? redactor.Apply(remedy) : null,
            Expected = check.Expected is string expected ? redactor.Apply(expected) : check.Expected,
            Actual = check.Actual is string actual ? redactor.Apply(actual) : check.Actual,
        }),
    ];

    public static IReadOnlyList<PodState> Apply(this Redactor redactor, IReadOnlyList<PodState> pods) =>
    [
        .. pods.Select(pod => pod with
        {
            Phase = redactor.Apply(pod.Phase), Reason = pod.Reason is { } reason ? redactor.Apply(reason) : null,
        }),
    ];

    public static Diagnosis? Apply(this Redactor redactor, Diagnosis? cause) => cause is null ? null : cause with
    {
        Message = redactor.Apply(cause.Message),
        LastLog = redactor.Apply(cause.LastLog),
        Events = redactor.Apply(cause.Events),
        Remedy = redactor.Apply(cause.Remedy),
    };

    private static ReadinessSummary? Apply(this Redactor redactor, ReadinessSummary? summary) => summary is null ? null : summary with
    {
        HighConfidence = redactor.Apply(summary.HighConfidence),
        NotVerified = redactor.Apply(summary.NotVerified),
        Risks = redactor.Apply(summary.Risks),
        Reasons = redactor.Apply(summary.Reasons),
    };

    private static IReadOnlyList<string> Apply(this Redactor redactor, IReadOnlyList<string> lines) => [.. lines.Select(redactor.Apply)];
}
