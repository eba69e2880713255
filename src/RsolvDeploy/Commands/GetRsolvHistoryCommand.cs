using System.Management.Automation;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Shows the last releases of a deployment, newest first: image, who, when, why, and whether it was verified good.</summary>
/// <remarks>The history is kept in the cluster (ConfigMap rsolv-history-&lt;deployment&gt;), so every operator's machine shows the same. It holds the last 20 releases.</remarks>
/// <example>
/// <code>Get-RsolvHistory production | Select-Object -First 5</code>
/// <para>Shows the last five releases of production.</para>
/// </example>
/// <example>
/// <code>(Get-RsolvHistory production | Where-Object Verified)[0].Image</code>
/// <para>Shows the last image that was verified good.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvHistory")]
[OutputType(typeof(Release))]
public sealed class GetRsolvHistoryCommand : TargetCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        using var cluster = ClusterClient.Connect(target, Reporter);
        foreach (var release in await new ReleaseHistory(cluster, target).ReadAsync(cancellationToken)) await EmitAsync(release, cancellationToken);
    }
}
