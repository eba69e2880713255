using RsolvDeploy.Redaction;

namespace RsolvDeploy.Steps;

/// <summary>Removes secret values from what is no result of a step: comparisons, live states, histories and proofs.</summary>
internal static class OutputRedaction
{
    /// <summary>What a command outputs, or names in an error, without secret values and with its control characters visible.</summary>
    public static object? ApplyToOutput(this Redactor redactor, object? value) =>
        redactor.ApplyToValue(value) is { } shown ? VisibleOutput.Apply(shown) : null;

    private static object? ApplyToValue(this Redactor redactor, object? value) => value switch
    {
        IStepResult result => redactor.Apply(result),
        StateDifference one => one with { Fields = [.. one.Fields.Select(redactor.Apply)] },
        LiveDeployment one => one with
        {
            Rollout = redactor.Apply(one.Rollout),
            Pods = redactor.Apply(one.Pods),
            Workloads = [.. one.Workloads.Select(redactor.Apply)],
            Release = redactor.Apply(one.Release),
            LastKnownGood = redactor.Apply(one.LastKnownGood),
        },
        Release one => redactor.Apply(one),
        RunProof one => one with { Checks = redactor.Apply(one.Checks) },
        BackupInfo one => one with { Problem = redactor.Apply(one.Problem) },
        Attestation one => one with { Summary = redactor.Apply(one.Summary), Problem = redactor.ApplyTo(one.Problem) },
        _ => value,
    };

    private static FieldDifference Apply(this Redactor redactor, FieldDifference one) =>
        one with { Backup = redactor.ApplyTo(one.Backup), Live = redactor.ApplyTo(one.Live) };

    private static LiveRollout? Apply(this Redactor redactor, LiveRollout? one) =>
        one is null ? null : one with { Cause = redactor.Apply(one.Cause) };

    private static LiveWorkload Apply(this Redactor redactor, LiveWorkload one) => one with
    {
        Rollout = redactor.Apply(one.Rollout),
        Pods = redactor.Apply(one.Pods),
        Note = redactor.Apply(one.Note),
    };

    private static Release? Apply(this Redactor redactor, Release? one) =>
        one is null ? null : one with { Reason = redactor.Apply(one.Reason), Problem = redactor.ApplyTo(one.Problem) };

    private static string? ApplyTo(this Redactor redactor, string? text) => text is null ? null : redactor.Apply(text);
}
