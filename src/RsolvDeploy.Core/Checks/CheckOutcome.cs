using RsolvDeploy.Errors;

namespace RsolvDeploy.Checks;

/// <summary>What a measurement came to: the result, its evidence for people, and the compared values for programs.</summary>
/// <param name="Result">The result.</param>
/// <param name="Evidence">What was observed, with the numbers; the reason when skipped. Never holds a secret value.</param>
internal sealed record CheckOutcome(CheckResult Result, string Evidence)
{
    /// <summary>What a check shows of the result.</summary>
    public CheckStatus Status => Result switch
    {
        CheckResult.Met => CheckStatus.Passed,
        CheckResult.MetWithWarning or CheckResult.NotMetBefore => CheckStatus.Warning,
        CheckResult.NotMet => CheckStatus.Failed,
        CheckResult.Manual => CheckStatus.Manual,
        _ => CheckStatus.Skipped,
    };

    /// <summary>The required value or limit; null when nothing is compared.</summary>
    public object? Expected { get; init; }

    /// <summary>The value that was found; null when nothing is compared.</summary>
    public object? Actual { get; init; }

    /// <summary>The unit of both, when it is another one than the definition's.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether the measurement failed for a reason that may pass, such as a service that restarts.</summary>
    public bool MayRecover { get; init; }

    /// <summary>What to do; null when nothing.</summary>
    public string? Remedy { get; init; }

    /// <summary>The requirement is met.</summary>
    public static CheckOutcome Met(string evidence) => new(CheckResult.Met, evidence);

    /// <summary>The requirement is met, but an operator should look.</summary>
    public static CheckOutcome Warning(string evidence, string? remedy) => new(CheckResult.MetWithWarning, evidence) { Remedy = remedy };

    /// <summary>The requirement is not met.</summary>
    public static CheckOutcome NotMet(string evidence, string? remedy) => new(CheckResult.NotMet, evidence) { Remedy = remedy };

    /// <summary>Met or not met. The remedy is kept only when it is not.</summary>
    public static CheckOutcome MetIf(bool met, string evidence, string? remedy) => met ? Met(evidence) : NotMet(evidence, remedy);

    /// <summary>There is no data that would decide it.</summary>
    public static CheckOutcome Inconclusive(string evidence, string? remedy = null) =>
        new(CheckResult.Inconclusive, evidence) { Remedy = remedy };

    /// <summary>Not measured, because it is not configured or another check made it pointless.</summary>
    public static CheckOutcome Skipped(string reason) => new(CheckResult.Skipped, reason);

    /// <summary>A person decides.</summary>
    public static CheckOutcome Manual(string evidence) => new(CheckResult.Manual, evidence);

    /// <summary>The measurement threw: the result that the definition gives errors, with the message of the error.</summary>
    /// <param name="result"><see cref="CheckResult.NotMet"/> or <see cref="CheckResult.Unmeasured"/>.</param>
    /// <param name="error">The error; not the operator's cancellation.</param>
    public static CheckOutcome From(CheckResult result, Exception error)
    {
        var known = UnexpectedError.From(error);
        var isOwn = error is DeployException;
        var text = result == CheckResult.Unmeasured ? $"Not measured ({known.Id}): {known.Message}"
            : isOwn ? known.Message
            : $"{known.Id}: {known.Message}";
        return new CheckOutcome(result, text)
        {
            Remedy = known.Remedy,
            MayRecover = known.Category is FaultCategory.ConnectionError or FaultCategory.OperationTimeout
                or FaultCategory.ResourceUnavailable or FaultCategory.ResourceBusy,
        };
    }

    /// <summary>The same outcome with the values that were compared.</summary>
    /// <param name="expected">The required value or limit; a number where it is one.</param>
    /// <param name="actual">The value that was found; a number where it is one.</param>
    /// <param name="unit">Their unit, when it is another one than the definition's.</param>
    public CheckOutcome Compared(object? expected, object? actual, string? unit = null) =>
        this with { Expected = expected, Actual = actual, Unit = unit };
}
