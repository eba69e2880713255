using System.Net;
using System.Text.Json.Serialization;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Health;

/// <summary>Verifies the platform's own endpoints from this machine: document, metrics, response times, TLS and addresses.</summary>
internal sealed class HealthStep : IStep<HealthOptions, Verification>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Health;

    /// <inheritdoc/>
    public string FailureId => VerificationError.Id;

    /// <inheritdoc/>
    public bool OnlyMeasures => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => HealthJson.Default;

    /// <inheritdoc/>
    public Verification WithoutResult(StepContext context, StepStatus status, string reason) =>
        VerificationResult.Skipped(context, Kind, status, reason);

    /// <inheritdoc/>
    public DeployException? ErrorOf(Verification result) => VerificationError.From(result);

    /// <inheritdoc/>
    public async Task<Verification> RunAsync(StepContext context, HealthOptions options, CancellationToken ct)
    {
        var target = context.Target with
        {
            Health = context.Target.Health with { Samples = options.Samples ?? context.Target.Health.Samples },
        };
        string activity = $"Verifying the endpoints of {target.Name}";
        context.Reporter.Progress(new ProgressUpdate(activity, $"{target.Health.Samples} requests"));
        try
        {
            PlatformAccess.Specify(context.Services, options.Credential);
            using var http = target.Url is null ? HealthProbe.CreateClient() : PlatformAccess.Open(context.Services, target);
            var probe = PlatformAccess.CreateProbe(http, context.Services, target, context.Clock, Dns.GetHostAddressesAsync);
            var report = await probe.ProbeAsync(target, context.Baseline, ct);
            foreach (var check in report.Checks) context.Reporter.Verbose($"{check}: {check.Evidence}");
            return VerificationResult.Create(context, report.Checks) with { ResponseTimes = report.ResponseTimes };
        }
        finally
        {
            context.Reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }
}
