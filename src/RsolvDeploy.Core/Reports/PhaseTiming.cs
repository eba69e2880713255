using RsolvDeploy.Runs;

namespace RsolvDeploy.Reports;

/// <summary>When a step ran.</summary>
/// <param name="Started">When it started, UTC; null when it did not run.</param>
/// <param name="Duration">How long it took.</param>
internal readonly record struct PhaseTiming(DateTimeOffset? Started, TimeSpan Duration)
{
    /// <summary>The timing of a recorded step.</summary>
    public static PhaseTiming From(RunStep step)
    {
        if (step.Result is not { } result) return new PhaseTiming(step.Started, TimeSpan.Zero);
        if (result.Status is StepStatus.Skipped or StepStatus.Planned) return default;
        var measured = From(result);
        // A step that changes something is recorded when it starts; its checks may be made only at its end.
        var started = Earliest(step.Started, measured.Started);
        if (started is not { } begin) return default;
        // The result of a step without a change is recorded later, before the first change of its run.
        var end = step.Started is null ? begin + measured.Duration : step.Ended ?? begin + measured.Duration;
        return new PhaseTiming(begin, end > begin ? end - begin : TimeSpan.Zero);
    }

    /// <summary>The timing of a result, by its checks.</summary>
    public static PhaseTiming From(RecordedResult result)
    {
        var timed = result.Checks.Where(check => check.Started > DateTimeOffset.UnixEpoch).ToList();
        if (timed.Count == 0) return default;
        var begin = timed.Min(check => check.Started!.Value);
        return new PhaseTiming(begin, timed.Max(check => check.Started!.Value + (check.Duration ?? TimeSpan.Zero)) - begin);
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one < other || other is null ? one : other;
}
