using RsolvDeploy.Steps;

namespace RsolvDeploy.Dashboards;

/// <summary>When the deployment that is verified began.</summary>
internal static class DeploymentTime
{
    /// <summary>The start of the step that changed the pods; null when this pipeline changed none.</summary>
    public static DateTimeOffset? StartOf(StepContext context) => context.Previous switch
    {
        Rollout or Rollback or Migration or Verification => context.Previous.Checks.Select(check => check.Started)
            .Where(started => started > DateTimeOffset.UnixEpoch).Select(started => (DateTimeOffset?)started).Min(),
        _ => null,
    };
}
