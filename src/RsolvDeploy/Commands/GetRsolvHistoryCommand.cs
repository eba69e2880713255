using System.Management.Automation;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Shows the last releases of a deployment, newest first.</summary>
/// <remarks>
/// Each release shows its image, operator, time, reason and whether it was verified. The history is stored in the cluster, in the
/// ConfigMap rsolv-history-&lt;deployment&gt;, so that every operator sees the same one. It contains the last 20 releases. Each is signed
/// by the operator who recorded it; the property Problem names why one is not proven. Such a release chooses no image in a rollback.
/// A warning names releases that somebody removed.
/// </remarks>
/// <example>
/// <code>Get-RsolvHistory production | Select-Object -First 5</code>
/// <para>Shows the last five releases of production.</para>
/// </example>
/// <example>
/// <code>(Get-RsolvHistory production | Where-Object Verified)[0].Image</code>
/// <para>Shows the image of the last known good release.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvHistory", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Release))]
public sealed class GetRsolvHistoryCommand : TargetCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        using var cluster = Connect(target);
        foreach (var release in await new ReleaseHistory(cluster, target).ReadAsync(Reporter, cancellationToken))
            await EmitAsync(release with { Target = target }, cancellationToken);
    }
}
