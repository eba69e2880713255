using RsolvDeploy.Monitoring;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Smoke;

/// <summary>Connects to the Prometheus of a target.</summary>
internal static class SmokePrometheus
{
    /// <summary>Opens it by its address or through the cluster. The caller disposes it.</summary>
    public static PrometheusClient Open(StepContext context) =>
        PrometheusClient.Open(context.Target.Prometheus!, context.Services, context.Clock);
}
