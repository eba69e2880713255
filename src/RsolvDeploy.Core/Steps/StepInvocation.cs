using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Steps;

/// <summary>A step with its options, ready to be planned and run by any front end.</summary>
internal abstract class StepInvocation
{
    /// <summary>The reason why a step that ended with an error has no result of its own.</summary>
    public const string SeeError = "the step ended with an error before it had a result";

    /// <summary>The kind of the step.</summary>
    public abstract StepKind Kind { get; }

    /// <summary>The step and its options for the ledger.</summary>
    public abstract PlannedStep ToPlan();

    /// <summary>
    /// Runs the step and records its result. An error becomes a failed result; only the operator's cancellation is thrown.
    /// </summary>
    public abstract Task<StepOutcome> RunAsync(StepContext context, CancellationToken ct);

    /// <summary>Creates the invocation of a step.</summary>
    public static StepInvocation Create<TOptions, TResult>(IStep<TOptions, TResult> step, TOptions options)
        where TOptions : class
        where TResult : class, IStepResult => new Typed<TOptions, TResult>(step, options);

    private sealed class Typed<TOptions, TResult>(IStep<TOptions, TResult> step, TOptions options) : StepInvocation
        where TOptions : class
        where TResult : class, IStepResult
    {
        public override StepKind Kind => step.Kind;

        public override PlannedStep ToPlan() =>
            new(step.Kind, GeneratedJson.ToElement(options, step.OptionsJson))
            {
                NotRecorded = step.NotRecorded(options).ToArray(),
            };

        public override async Task<StepOutcome> RunAsync(StepContext context, CancellationToken ct)
        {
            var (started, from) = (context.Clock.GetUtcNow(), context.Clock.GetTimestamp());
            var (result, error) = await TryAsync(context, ct);
            IStepResult carried = result.Baseline is null && context.Previous?.Baseline is { } baseline
                ? ((IStepResult)result).WithBaseline(baseline)
                : result;
            var shown = context.Redactor.Apply(carried);
            var timing = new StepTiming(started, context.Clock.GetElapsedTime(from));
            context.Journal.Record(shown, timing);
            if (context.Traces is { } traces && shown.Status is not (StepStatus.Skipped or StepStatus.Planned)
                && await traces.ExportAsync(step.Kind.ToString(), shown, timing.Started, timing.Duration, ct) is { } problem)
            {
                context.Reporter.Warning(problem);
            }

            return new StepOutcome(shown, error?.Redact(context.Redactor));
        }

        private Task<(TResult Result, DeployException? Error)> TryAsync(StepContext context, CancellationToken ct) =>
            context.Previous is { Status: StepStatus.Planned } planned ? AfterPlanAsync(planned, context, ct) : GatedAsync(context, ct);

        private async Task<(TResult Result, DeployException? Error)> AfterPlanAsync(
            IStepResult planned, StepContext context, CancellationToken ct)
        {
            if (step.OnlyMeasures) return (step.WithoutResult(context, StepStatus.Planned, PipelineGate.MeasuredAfter(planned)), null);
            return await (await context.Confirmation.IsPreviewAsync(ct) ? AttemptAsync(context, ct) : GatedAsync(context, ct));
        }

        private Task<(TResult Result, DeployException? Error)> GatedAsync(StepContext context, CancellationToken ct) =>
            !step.ActsOnFailure && PipelineGate.BlockedBy(context.Previous) is { } cause
                ? Task.FromResult<(TResult, DeployException?)>((step.WithoutResult(context, StepStatus.Skipped, cause), null))
                : AttemptAsync(context, ct);

        private async Task<(TResult Result, DeployException? Error)> AttemptAsync(StepContext context, CancellationToken ct)
        {
            try
            {
                var result = await step.RunAsync(context, options, ct);
                return (result, step.ErrorOf(result));
            }
            catch (StepException e) when (e.Result is TResult result && !ct.IsCancellationRequested)
            {
                return (result, e);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                return (step.WithoutResult(context, StepStatus.Failed, SeeError), UnexpectedError.From(e));
            }
        }
    }
}
