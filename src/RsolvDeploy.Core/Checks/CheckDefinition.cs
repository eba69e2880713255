namespace RsolvDeploy.Checks;

/// <summary>One entry of the table of checks. Every check is made from its definition and an outcome.</summary>
/// <param name="Id">The stable id of the checklist; <c>&lt;…&gt;</c> in it stands for a configured name.</param>
/// <param name="Phase">The phase of the checklist, as <see cref="Check.Phase"/> shows it.</param>
/// <param name="Title">What has to be so, in one short sentence.</param>
/// <param name="Severity">What a failure means for the step.</param>
/// <param name="Section">The section of the checklist.</param>
internal sealed record CheckDefinition(string Id, string Phase, string Title, CheckSeverity Severity, string Section)
{
    /// <summary>The step that shows it; null when no step does yet.</summary>
    public StepKind? Step { get; init; }

    /// <summary>Another step that shows it, always; null when there is none.</summary>
    public StepKind? AlsoBy { get; init; }

    /// <summary>The unit of the compared values; null when the check compares nothing.</summary>
    public string? Unit { get; init; }

    /// <summary>
    /// Whether its step shows it only when there is something to measure it by, such as a baseline. It is not skipped with the others then.
    /// </summary>
    public bool IsConditional { get; init; }

    /// <summary>What an error of the measurement means: the requirement is not met, or it is not known.</summary>
    public CheckResult OnError { get; init; } = CheckResult.NotMet;

    /// <summary>Whether checks are made from it for configured names.</summary>
    public bool IsTemplate => Id.Contains('<', StringComparison.Ordinal);

    /// <summary>The definition for a configured name.</summary>
    public CheckDefinition For(string name, string title) =>
        this with { Id = $"{Id[..Id.IndexOf('<', StringComparison.Ordinal)]}{name}", Title = title };

    /// <summary>
    /// Measures, takes the time, and makes the check. Any error becomes the outcome, a cancellation by somebody else too: a check never
    /// fails its step by an exception, but by its status.
    /// </summary>
    /// <exception cref="OperationCanceledException">The operator cancels.</exception>
    public Task<Check> EvaluateAsync(CheckScope scope, Func<Task<CheckOutcome>> measure) =>
        EvaluateAsync(scope.Clock, measure, _ => scope.Cancellation.IsCancellationRequested);

    /// <summary>The same for a measurement whose cancellation is always the operator's.</summary>
    /// <exception cref="OperationCanceledException">The operator cancels.</exception>
    public Task<Check> EvaluateAsync(TimeProvider clock, Func<Task<CheckOutcome>> measure) =>
        EvaluateAsync(clock, measure, error => error.InnerException is not TimeoutException);

    private async Task<Check> EvaluateAsync(
        TimeProvider clock, Func<Task<CheckOutcome>> measure, Func<OperationCanceledException, bool> isOperators)
    {
        var timer = CheckTimer.Start(clock);
        CheckOutcome outcome;
        try
        {
            outcome = await measure();
        }
        catch (Exception error) when (error is not OperationCanceledException cancelled || !isOperators(cancelled))
        {
            outcome = CheckOutcome.From(OnError, error);
        }

        return ToCheck(outcome, timer);
    }

    /// <summary>Makes the check of an outcome.</summary>
    public Check ToCheck(CheckOutcome outcome, CheckTimer timer) => new(Id, Phase, Title, outcome.Status)
    {
        Severity = Severity,
        Result = outcome.Result,
        MayRecover = outcome.MayRecover,
        Evidence = outcome.Evidence,
        Expected = outcome.Expected,
        Actual = outcome.Actual,
        Unit = outcome.Expected is null && outcome.Actual is null ? null : outcome.Unit ?? Unit,
        Remedy = outcome.Remedy,
        Started = timer.Started,
        Duration = timer.Elapsed,
    };

    /// <summary>The check, not measured.</summary>
    public Check Skip(string reason, TimeProvider clock) =>
        ToCheck(CheckOutcome.Skipped(reason), CheckTimer.Start(clock)) with { Duration = TimeSpan.Zero };
}
