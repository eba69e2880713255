using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Rollouts.Live;

namespace RsolvDeploy.Commands;

/// <summary>Shows the live state of a deployment: image, pods, a running rollout, the lock and the last known good release.</summary>
/// <remarks>
/// The command only reads, and needs no lock. Each pod that is not ready is shown with its reason. A release of several workloads has one
/// state, the pods of all, and each workload in Workloads. The targets of one call are read in
/// parallel, and a target that cannot be read does not hide the others. When the Lease of the lock or the history may not be read, a
/// warning reports it and the rest is shown.
/// </remarks>
/// <example>
/// <code>Get-RsolvTarget | Get-RsolvDeployment</code>
/// <para>Shows the state of all targets as a table.</para>
/// </example>
/// <example>
/// <code>(Get-RsolvDeployment production).Pods | Where-Object { -not $_.Ready } | Format-List Name, Phase, Reason</code>
/// <para>Shows the pods of production that are not ready, each with its reason.</para>
/// </example>
/// <example>
/// <code>(Get-RsolvDeployment production).Workloads</code>
/// <para>Shows each workload of a release with its state, its pods ready of those wanted, and its image.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvDeployment", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(LiveDeployment))]
public sealed class GetRsolvDeploymentCommand : RsolvCmdlet
{
    private string? _configurationPath;

    /// <summary>Specifies the deployments: target names, targets, or results of previous steps. Wildcards are permitted in
    /// names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference[] Target { get; set; } = [];

    /// <summary>Specifies the configuration file. By default it is searched upward from the current folder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths() => _configurationPath = FullPath(ConfigurationPath);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var (path, folder) = (_configurationPath, CurrentFolder);
        var references = new List<TargetReference>();
        foreach (var reference in Target)
        {
            try
            {
                references.AddRange(TargetSource.Expand(reference, path, folder));
            }
            catch (DeployException fault)
            {
                await EmitErrorAsync(fault, reference.Name, cancellationToken);
            }
        }

        var reads = references.Select(reference => ReadAsync(reference, path, folder, cancellationToken)).ToList();
        await ((Task)Task.WhenAll(reads)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (reference, read) in references.Zip(reads))
        {
            try
            {
                await EmitAsync(await read, cancellationToken);
            }
            catch (DeployException fault)
            {
                await EmitErrorAsync(fault, reference.Name, cancellationToken);
            }
        }
    }

    private async Task<LiveDeployment> ReadAsync(
        TargetReference reference, string? configurationPath, string folder, CancellationToken cancellationToken)
    {
        var target = TargetSource.Resolve(reference, configurationPath, folder);
        using var cluster = Connect(target);
        return await new LiveDeploymentReader(cluster, target, Reporter, Clock).ReadAsync(cancellationToken);
    }
}
