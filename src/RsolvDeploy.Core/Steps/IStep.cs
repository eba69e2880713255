using System.Text.Json.Serialization;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Steps;

/// <summary>One step of a deployment. A step plans (reads only), confirms the plan, writes under the lock, verifies and records.</summary>
/// <typeparam name="TOptions">Its options: a record that the ledger can hold.</typeparam>
/// <typeparam name="TResult">Its result.</typeparam>
internal interface IStep<TOptions, TResult>
    where TOptions : class
    where TResult : class, IStepResult
{
    /// <summary>The kind.</summary>
    StepKind Kind { get; }

    /// <summary>The error id of a failed result: <c>RolloutFailed</c>.</summary>
    string FailureId { get; }

    /// <summary>Writes its options to the ledger and reads them from it.</summary>
    JsonSerializerContext OptionsJson { get; }

    /// <summary>Whether it acts although the step before it failed, as a rollback does.</summary>
    bool ActsOnFailure => false;

    /// <summary>Whether it only measures, so that behind a planned step there is nothing to measure yet.</summary>
    bool OnlyMeasures => false;

    /// <summary>
    /// The specified options that are not written to the ledger, such as a passphrase; a run cannot be resumed without them.
    /// </summary>
    IReadOnlyList<string> NotRecorded(TOptions options) => [];

    /// <summary>
    /// The result of a step that did not act, or that ended before it had a result; its checks are skipped with the reason.
    /// </summary>
    TResult WithoutResult(StepContext context, StepStatus status, string reason);

    /// <summary>The error of a failed result; null when the step did not fail.</summary>
    DeployException? ErrorOf(TResult result) => StepError.From(result, FailureId);

    /// <summary>
    /// Runs the step. Before its first write it may throw; from its first write on, every exception but the operator's cancellation ends in
    /// a failed result.
    /// </summary>
    /// <param name="context">The context of the step.</param>
    /// <param name="options">Its options.</param>
    /// <param name="ct">The operator's cancellation.</param>
    Task<TResult> RunAsync(StepContext context, TOptions options, CancellationToken ct);
}
