using System.Globalization;

namespace RsolvDeploy.Tracing;

/// <summary>The spans of a step: the step, its checks, and the run when it was signed off.</summary>
internal static class StepSpans
{
    private const int MostEvents = 500;

    /// <summary>Makes them. Free text of checks is left out, so that no attribute can hold a secret.</summary>
    /// <param name="step">The kind of the step.</param>
    /// <param name="result">Its result, redacted.</param>
    /// <param name="trace">The trace of its run.</param>
    /// <param name="started">When it started.</param>
    /// <param name="duration">How long it took.</param>
    public static IReadOnlyList<TraceSpan> From(
        string step, IStepResult result, TraceIdentity trace, DateTimeOffset started, TimeSpan duration)
    {
        var id = TraceIdentity.SpanId(string.Create(CultureInfo.InvariantCulture, $"{result.RunId} {step} {started.UtcTicks}"));
        var span = new TraceSpan(step, id, started, started + duration)
        {
            ParentId = trace.RunSpanId,
            Failed = Failed(result.Status),
            Attributes = new Dictionary<string, object>
            {
                ["rsolv.run.id"] = result.RunId,
                ["rsolv.target"] = result.Target.Name,
                ["rsolv.status"] = result.Status.ToString(),
                ["k8s.namespace.name"] = result.Target.Namespace,
                ["k8s.deployment.name"] = result.Target.Deployment,
            },
            Events = [.. TimelineOf(result).Take(MostEvents).Select(Event)],
        };
        var checks = result.Checks
            .Where(check => check.Status != CheckStatus.Skipped && check.Started > DateTimeOffset.UnixEpoch)
            .Select((check, index) => Check(check, $"{id} {index}", id));
        return result is RunSignOff { Outcome: { } outcome }
            ? [Run(result, trace, outcome, started + duration), span, .. checks]
            : [span, .. checks];
    }

    // The id of a run says when it began.
    private static TraceSpan Run(IStepResult result, TraceIdentity trace, DeploymentOutcome outcome, DateTimeOffset end)
    {
        var began = DateTimeOffset.TryParseExact(
            result.RunId.Length > 15 ? result.RunId[..15] : "",
            "yyyyMMdd-HHmmss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time) && time < end ? time : end;
        return new TraceSpan($"deployment of {result.Target.Name}", trace.RunSpanId, began, end)
        {
            ParentId = trace.ParentId,
            Failed = outcome != DeploymentOutcome.Succeeded,
            Attributes = new Dictionary<string, object>
            {
                ["rsolv.run.id"] = result.RunId,
                ["rsolv.target"] = result.Target.Name,
                ["rsolv.outcome"] = outcome.ToString(),
            },
        };
    }

    private static TraceSpan Check(Check check, string name, string parent)
    {
        var attributes = new Dictionary<string, object>
        {
            ["rsolv.check.id"] = check.Id,
            ["rsolv.check.status"] = check.Status.ToString(),
            ["rsolv.check.severity"] = check.Severity.ToString(),
        };
        // Numbers only: text may be anything.
        if (check.Expected is long or double) attributes["rsolv.check.expected"] = check.Expected;
        if (check.Actual is long or double) attributes["rsolv.check.actual"] = check.Actual;
        if (check.Unit is { } unit) attributes["rsolv.check.unit"] = unit;
        return new TraceSpan(check.Id, TraceIdentity.SpanId(name), check.Started, check.Started + check.Duration)
        {
            ParentId = parent,
            Failed = check.Status switch
            {
                CheckStatus.Failed => true,
                CheckStatus.Passed => false,
                _ => null,
            },
            Attributes = attributes,
        };
    }

    private static bool? Failed(StepStatus status) => status switch
    {
        StepStatus.Failed or StepStatus.TimedOut => true,
        StepStatus.Succeeded => false,
        _ => null,
    };

    private static IEnumerable<TimelineEntry> TimelineOf(IStepResult result) => result is Rollout rollout
        ? rollout.Timeline.Concat(rollout.Workloads.SelectMany(one => one.Timeline)).OrderBy(entry => entry.At)
        : [];

    private static TraceEvent Event(TimelineEntry entry)
    {
        var attributes = new Dictionary<string, object>();
        if (entry.Desired is { } desired) attributes["rsolv.pods.desired"] = (long)desired;
        if (entry.Ready is { } ready) attributes["rsolv.pods.ready"] = (long)ready;
        if (entry.Old is { } old) attributes["rsolv.pods.old"] = (long)old;
        if (entry.Restarts is { } restarts) attributes["rsolv.pods.restarts"] = (long)restarts;
        return new TraceEvent(entry.Event, entry.At) { Attributes = attributes };
    }
}
