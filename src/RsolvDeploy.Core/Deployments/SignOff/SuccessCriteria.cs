using RsolvDeploy.Checks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>The success criteria of the checklist, judged by what a run recorded.</summary>
internal static class SuccessCriteria
{
    /// <summary>The criteria, in the order of the checklist.</summary>
    public static IReadOnlyList<SuccessCriterion> All =>
    [
        new(CheckTable.SuccessPods, HasRelease, CheckTable.RolloutCompleted, CheckTable.RolloutPodsRunning, CheckTable.RolloutNoCrashLoop),
        new(CheckTable.SuccessLogs, HasRelease, CheckTable.RolloutLogs),
        new(CheckTable.SuccessHealth, HasUrl, CheckTable.HealthStatus),
        new(CheckTable.SuccessMetrics, HasUrl, CheckTable.HealthMetrics),
        new(CheckTable.SuccessMetricsDefined, HasUrl, CheckTable.HealthMetricsDefined),
        new(
            CheckTable.SuccessScraping,
            (target, _) => target.Prometheus is not null,
            CheckTable.PrometheusTarget,
            CheckTable.PrometheusScrape),
        new(CheckTable.SuccessDashboard, (target, _) => target.Grafana is not null, CheckTable.GrafanaDashboard),
        new(CheckTable.SuccessAlerts, (target, _) => target.Alerts is not null, CheckTable.AlertsLoaded, CheckTable.AlertsEvaluating),
        new(CheckTable.SuccessPerformance, HasUrl, CheckTable.HealthResponseTime),
        new(CheckTable.SuccessRollback, HasRelease, CheckTable.UpdatePreviousImage),
    ];

    /// <summary>Judges all of them.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="run">The run.</param>
    /// <param name="clock">The clock.</param>
    public static IReadOnlyList<Check> Judge(Target target, RecordedRun run, TimeProvider clock) =>
        [.. All.Select(one => one.Definition.ToCheck(one.Judge(target, run), CheckTimer.Start(clock)))];

    /// <summary>How the deployment ended, by the newest step that changed the release.</summary>
    /// <param name="run">The run.</param>
    /// <param name="criteria">The judged criteria.</param>
    public static DeploymentOutcome OutcomeOf(RecordedRun run, IReadOnlyList<Check> criteria)
    {
        var steps = run.Steps.Where(step => step.Result?.Status is { } status && status is not (StepStatus.Skipped or StepStatus.Planned));
        var newest = steps.LastOrDefault(step => step.Kind is StepKind.Update or StepKind.Rollback)?.Result;
        return newest switch
        {
            { Kind: StepKind.Rollback, Status: StepStatus.Succeeded } => DeploymentOutcome.RolledBack,
            { Kind: StepKind.Update, RollbackStatus: StepStatus.Succeeded } => DeploymentOutcome.RolledBack,
            { Status: StepStatus.Failed or StepStatus.TimedOut } => DeploymentOutcome.Failed,
            _ => criteria.Any(check => check.FailsStep) || HasOtherFailure(run) ? DeploymentOutcome.Failed : DeploymentOutcome.Succeeded,
        };
    }

    // A step that failed and was repeated with success failed no more.
    private static bool HasOtherFailure(RecordedRun run) => run.Steps
        .Where(step => step.Result is not null && step.Kind != StepKind.Completion)
        .GroupBy(step => step.Kind)
        .Any(steps => steps.Last().Result!.Status is StepStatus.Failed or StepStatus.TimedOut);

    private static bool HasRelease(Target target, RecordedRun run) => run.Steps.Any(step => step.Kind == StepKind.Update);

    private static bool HasUrl(Target target, RecordedRun run) => target.Url is not null;
}
