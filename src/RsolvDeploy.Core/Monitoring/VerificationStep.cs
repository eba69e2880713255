using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Monitoring;

/// <summary>Verifies a running deployment. A release that passed behind an update or a rollback becomes the last known good one.</summary>
internal sealed class VerificationStep : IStep<VerificationOptions, Verification>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Verification;

    /// <inheritdoc/>
    public string FailureId => "VerificationError";

    /// <inheritdoc/>
    public JsonTypeInfo<VerificationOptions> OptionsJson => VerificationJson.Default.VerificationOptions;

    /// <inheritdoc/>
    public Verification WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(
            context.Target,
            context.RunId,
            status == StepStatus.Failed ? Verdict.Error : Verdict.Inconclusive,
            CheckTable.SkipAll(StepKind.Verification, reason, context.Clock))
        {
            Status = status,
            // Carried on, so that a rollback behind this step knows what to roll back.
            Image = (context.Previous as Rollout)?.Image,
            PreviousRevision = PreviousRevision(context),
        };

    /// <inheritdoc/>
    public DeployException? ErrorOf(Verification result)
    {
        if (result.Verdict != Verdict.Error) return null;
        var failed = result.Checks.Where(check => check.Status != CheckStatus.Passed).ToList();
        return new DeployException(
            FailureId,
            FaultCategory.ResourceUnavailable,
            $"{result.Target.Name} could not be measured: {string.Join("; ", failed.Select(check => $"{check.Id}: {check.Evidence}"))}",
            failed.Select(check => check.Remedy).FirstOrDefault(remedy => remedy is { Length: > 0 })
                ?? "Look at the Checks of the result.");
    }

    /// <inheritdoc/>
    public async Task<Verification> RunAsync(StepContext context, VerificationOptions options, CancellationToken ct)
    {
        var deployed = (context.Previous as Rollout)?.Image
            ?? (context.Previous as Rollback)?.Image
            ?? (context.Previous as Migration)?.Image;
        var usesCluster = context.Target.Prometheus?.Service is not null;
        using var verifier = MetricsVerifier.Connect(context.Target, usesCluster ? context.Cluster.OpenService : null, context.Clock);
        var verification = await verifier.VerifyAsync(context.Target, context.Baseline, context.RunId, context.Reporter, ct) with
        {
            Image = deployed,
            PreviousRevision = PreviousRevision(context),
            Baseline = context.Baseline,
        };
        if (verification.Verdict == Verdict.Passed && deployed is not null) await MarkAsync(context, deployed, ct);
        return verification;
    }

    private static long? PreviousRevision(StepContext context) =>
        (context.Previous as Rollout)?.PreviousRevision ?? (context.Previous as Migration)?.PreviousRevision;

    // No lock: a release that was verified stays verified whoever deploys now.
    private static async Task MarkAsync(StepContext context, string image, CancellationToken ct)
    {
        try
        {
            context.RecordWrites();
            await new ReleaseHistory(context.Cluster, context.Target).MarkVerifiedAsync(image, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"The history does not record that this release was verified: {error.Message} {error.Remedy}");
        }
    }
}
