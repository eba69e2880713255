using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards;
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
    public string FailureId => VerificationError.Id;

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => VerificationJson.Default;

    /// <inheritdoc/>
    public Verification WithoutResult(StepContext context, StepStatus status, string reason) =>
        VerificationResult.Skipped(context, Kind, status, reason);

    /// <inheritdoc/>
    public DeployException? ErrorOf(Verification result) => VerificationError.From(result);

    /// <inheritdoc/>
    public async Task<Verification> RunAsync(StepContext context, VerificationOptions options, CancellationToken ct)
    {
        context.Services.Specify(PrometheusFaults.Service, options.Credential);
        var deployed = VerificationResult.DeployedImage(context.Previous);
        var usesCluster = context.Target.Prometheus?.Service is not null || context.Target.Alertmanager?.Service is not null;
        // Behind a step that changed the pods, or where the cluster is used anyway, it is known which pods are the release's.
        var pods = context.Target.Prometheus is not null && (usesCluster || deployed is not null) ? await PodsAsync(context, ct) : null;
        using var verifier = MetricsVerifier.Connect(context.Target, context.Services, context.Clock, pods);
        var dashboard = DashboardVerifier.VerifyAsync(context, new DashboardOptions(), ct);
        var metrics = verifier.VerifyAsync(context.Target, context.Baseline, context.RunId, context.Reporter, ct);
        await Task.WhenAll(dashboard, metrics);
        var shown = await DashboardDataCheck.EvaluateAsync(context, (await metrics).Checks, ct);
        var checks = CheckTable.InOrder(
            [.. (await metrics).Checks, .. (await dashboard).Checks, .. shown is null ? Array.Empty<Check>() : [shown]]);
        var verification = VerificationResult.Create(context, checks);
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
