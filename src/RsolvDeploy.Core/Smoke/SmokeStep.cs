using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>
/// The smoke test of a running deployment: every <c>smoke.*</c> check at once, so that it takes as long as the slowest of them. Only reads.
/// </summary>
internal sealed class SmokeStep : IStep<SmokeOptions, Verification>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Smoke;

    /// <inheritdoc/>
    public string FailureId => VerificationError.Id;

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => SmokeJson.Default;

    /// <inheritdoc/>
    public Verification WithoutResult(StepContext context, StepStatus status, string reason) =>
        VerificationResult.Skipped(context, Kind, status, reason);

    /// <inheritdoc/>
    public DeployException? ErrorOf(Verification result) => VerificationError.From(result);

    /// <inheritdoc/>
    public async Task<Verification> RunAsync(StepContext context, SmokeOptions options, CancellationToken ct)
    {
        string activity = $"Smoke test of {context.Target.Name}";
        context.Reporter.Progress(new ProgressUpdate(activity, "endpoints, logs, monitoring, memory and CPU"));
        try
        {
            PlatformAccess.Specify(context.Services, options.Credential);
            var pods = SmokePods.ReadAsync(context, ct);
            var parts = await Task.WhenAll(
                new PlatformChecks(context).EvaluateAsync(ct),
                new LogChecks(context, pods).EvaluateAsync(ct),
                new MonitoringChecks(context, pods).EvaluateAsync(ct),
                new DashboardCheck(context).EvaluateAsync(ct),
                new UsageChecks(context, pods).EvaluateAsync(ct));
            return VerificationResult.Create(context, CheckTable.InOrder(parts.SelectMany(checks => checks)));
        }
        finally
        {
            context.Reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }
}
