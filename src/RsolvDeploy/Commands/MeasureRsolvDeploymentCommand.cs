using System.Management.Automation;
using RsolvDeploy.Deployments;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Measures the deployments of a target by the four figures of DORA.</summary>
/// <remarks>
/// The figures are made from the release history in the cluster, so that every operator sees the same ones. It contains the last 20
/// releases; IsCut shows that the window begins with the oldest of them. A release that is not proven does not count.
/// Deployment frequency (PerDay) is the number of successful rollouts per day. Lead time for changes is the median from the commit that an
/// image was built from until it was deployed; it is known of images that Publish-RsolvImage built in the same run. Change failure rate is
/// the ratio of deployments whose rollout did not succeed, or that were rolled back before the next one. Time to restore is the median from
/// such a deployment until a rollback succeeded, or a later release stayed. The definitions are those of https://dora.dev/guides. The
/// command only reads.
/// </remarks>
/// <example>
/// <code>Get-RsolvTarget | Measure-RsolvDeployment -Days 90</code>
/// <para>Compares all targets over the last 90 days.</para>
/// </example>
/// <example>
/// <code>(Measure-RsolvDeployment production).ChangeFailureRate -le 0.15</code>
/// <para>Shows whether at most 15 % of the deployments of the last 30 days failed.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "RsolvDeployment", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(DeliveryFigures))]
public sealed class MeasureRsolvDeploymentCommand : TargetCmdlet
{
    /// <summary>Specifies how many days back the window begins. The default is 30.</summary>
    [Parameter]
    [ValidateRange(1, 3650)]
    public int Days { get; set; } = 30;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        using var cluster = Connect(target);
        var releases = await new ReleaseHistory(cluster, target).ReadProvenAsync(Reporter, cancellationToken);
        var now = Clock.GetUtcNow();
        await EmitAsync(DeliveryMeasurer.Measure(target, releases, now - TimeSpan.FromDays(Days), now), cancellationToken);
    }
}
