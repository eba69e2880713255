using RsolvDeploy.Json;

namespace RsolvDeploy.Rollouts.Live;

/// <summary>What a CronJob shows at one time. It wants no pods: its template is the release, and the next job runs it.</summary>
internal static class LiveCronJob
{
    /// <summary>The live state.</summary>
    /// <param name="target">A target with the CronJob as its only workload.</param>
    /// <param name="objects">The CronJob.</param>
    public static LiveWorkload From(Target target, LiveObjects objects)
    {
        var expected = objects.Expect(target);
        return new LiveWorkload(target.Main, DeploymentState.Ready, expected.Image)
        {
            Digest = LivePods.DigestOf(expected.Image, [], expected.Container),
            Note = objects.Workload.At("spec", "suspend")?.GetValue<bool>() == true ? "suspended" : "",
        };
    }
}
