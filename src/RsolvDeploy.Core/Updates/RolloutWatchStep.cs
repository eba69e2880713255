using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Updates;

/// <summary>
/// Watches a rollout that is under way, whoever began it, to the same result and verdict as an update. It only reads, and never rolls back.
/// </summary>
internal sealed class RolloutWatchStep : IStep<RolloutWatchOptions, Rollout>
{
    private static readonly string[] NotWatched =
        [CheckTable.UpdateImage.Id, CheckTable.UpdatePreviousImage.Id, CheckTable.UpdateApplied.Id];

    /// <inheritdoc/>
    public StepKind Kind => StepKind.RolloutWatch;

    /// <inheritdoc/>
    public string FailureId => "RolloutFailed";

    // It changes nothing, so it may also watch after a step that failed.
    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => UpdateJson.Default;

    /// <inheritdoc/>
    public Rollout WithoutResult(StepContext context, StepStatus status, string reason) => new(
        context.Target,
        context.RunId,
        status,
        [.. CheckTable.SkipAll(StepKind.Update, reason, context.Clock).Where(check => !NotWatched.Contains(check.Id))]);

    /// <inheritdoc/>
    public async Task<Rollout> RunAsync(StepContext context, RolloutWatchOptions options, CancellationToken ct)
    {
        var timeout = options.Timeout ?? context.Target.Rollout.Timeout;
        var rollout = context.Target.IsOneDeployment
            ? (await new WorkloadWatch(context, context.Target, timeout).RunAsync(ct)).Rollout!
            : await new ReleaseWatch(context, timeout).RunAsync(ct);
        return rollout with { Checks = [.. rollout.Checks.Where(check => !NotWatched.Contains(check.Id))] };
    }
}
