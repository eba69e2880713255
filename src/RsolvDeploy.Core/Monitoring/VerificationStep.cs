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
        if (result.Status != StepStatus.Failed) return null;
        var (id, category, what) = result.Verdict switch
        {
            Verdict.Failed => ("VerificationFailed", FaultCategory.InvalidOperation, "did not pass"),
            Verdict.Error => (FailureId, FaultCategory.ResourceUnavailable, "could not be measured"),
            _ => ("VerificationInconclusive", FaultCategory.ResourceUnavailable, "could not be decided"),
        };
        var required = result.Checks.Where(check => check.Severity == CheckSeverity.Required).ToList();
        var causes = required.Where(check => check.Result == CausingResult(result.Verdict)).ToList();
        if (causes.Count == 0) causes = required.FindAll(check => check.Status != CheckStatus.Passed);
        return new DeployException(
            id,
            category,
            $"{result.Target.Name} {what}: {string.Join("; ", causes.Select(check => $"{check.Id}: {check.Evidence}"))}",
            causes.Select(check => check.Remedy).FirstOrDefault(remedy => remedy is { Length: > 0 }) ?? "Look at the Checks of the result.")
        {
            Subject = result,
        };
    }

    /// <inheritdoc/>
    public async Task<Verification> RunAsync(StepContext context, VerificationOptions options, CancellationToken ct)
    {
        var deployed = (context.Previous as Rollout)?.Image
            ?? (context.Previous as Rollback)?.Image
            ?? (context.Previous as Migration)?.Image
            ?? (context.Previous as SentTestData)?.Image;
        var usesCluster = context.Target.Prometheus?.Service is not null;
        // Behind a step that changed the pods, or where the cluster is used anyway, it is known which pods are the release's.
        var pods = context.Target.Prometheus is not null && (usesCluster || deployed is not null) ? await PodsAsync(context, ct) : null;
        using var verifier = MetricsVerifier.Connect(
            context.Target, usesCluster ? service => context.Cluster.OpenService(service) : null, context.Clock, pods);
        var verification = await verifier.VerifyAsync(context.Target, context.Baseline, context.RunId, context.Reporter, ct) with
        {
            Image = deployed,
            PreviousRevision = PreviousRevision(context),
            Baseline = context.Baseline,
        };
        if (verification.Verdict == Verdict.Passed && deployed is not null) await MarkAsync(context, deployed, ct);
        return verification;
    }

    private static async Task<ReleasePods?> PodsAsync(StepContext context, CancellationToken ct)
    {
        try
        {
            return await ReleasePods.ReadAsync(context.Cluster, context.Target, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            context.Reporter.Warning(
                "Which pods are the release's is not known, so that every target of the scrape job counts: "
                    + $"{UnexpectedError.From(e).Message}");
            return null;
        }
    }

    private static CheckResult CausingResult(Verdict verdict) => verdict switch
    {
        Verdict.Failed => CheckResult.NotMet,
        Verdict.Error => CheckResult.Unmeasured,
        _ => CheckResult.Inconclusive,
    };

    private static long? PreviousRevision(StepContext context) =>
        (context.Previous as Rollout)?.PreviousRevision
        ?? (context.Previous as Migration)?.PreviousRevision
        ?? (context.Previous as SentTestData)?.PreviousRevision;

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
