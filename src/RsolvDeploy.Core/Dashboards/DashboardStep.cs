using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Dashboards;

/// <summary>Verifies the dashboard of a target by running its panels. It reads only.</summary>
internal sealed class DashboardStep : IStep<DashboardOptions, DashboardVerification>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Dashboard;

    /// <inheritdoc/>
    public string FailureId => "DashboardFailed";

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => DashboardStepJson.Default;

    /// <inheritdoc/>
    public DashboardVerification WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(
            context.Target,
            context.RunId,
            status == StepStatus.Failed ? Verdict.Error : Verdict.Inconclusive,
            CheckTable.SkipAll(StepKind.Dashboard, reason, context.Clock))
        {
            Status = status,
            Image = VerificationResult.DeployedImage(context.Previous),
            PreviousRevision = VerificationResult.PreviousRevision(context.Previous),
        };

    /// <inheritdoc/>
    public DeployException? ErrorOf(DashboardVerification result)
    {
        if (result.Status != StepStatus.Failed) return null;
        var (id, category) = result.Verdict switch
        {
            Verdict.Failed => (FailureId, FaultCategory.InvalidOperation),
            Verdict.Error => ("DashboardError", FaultCategory.ResourceUnavailable),
            _ => ("DashboardInconclusive", FaultCategory.ResourceUnavailable),
        };
        var causes = result.Checks.Where(check => check.Status is not CheckStatus.Passed and not CheckStatus.Warning).ToList();
        return new DeployException(
            id,
            category,
            $"The dashboard of {result.Target.Name} did not pass: "
                + $"{string.Join("; ", causes.Select(check => $"{check.Id}: {check.Evidence}"))}",
            causes.Select(check => check.Remedy).FirstOrDefault(remedy => remedy is { Length: > 0 }) ?? "Look at the Checks of the result.")
        {
            Subject = result,
        };
    }

    /// <inheritdoc/>
    public async Task<DashboardVerification> RunAsync(StepContext context, DashboardOptions options, CancellationToken ct)
    {
        context.Services.Specify(GrafanaFaults.Service, options.Credential);
        var (checks, run) = await DashboardVerifier.VerifyAsync(context, options, ct);
        return new DashboardVerification(context.Target, context.RunId, VerdictRule.Decide(checks), checks)
        {
            Uid = run?.Dashboard.Uid ?? "",
            Title = run?.Dashboard.Title ?? "",
            Folder = run?.Dashboard.Folder ?? "",
            From = run?.Range.From,
            To = run?.Range.To,
            Panels = run?.Panels ?? [],
            Image = VerificationResult.DeployedImage(context.Previous),
            PreviousRevision = VerificationResult.PreviousRevision(context.Previous),
            Baseline = context.Baseline,
        };
    }
}
