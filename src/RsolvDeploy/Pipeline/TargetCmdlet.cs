using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Pipeline;

/// <summary>Base of the cmdlets that act on targets, one after the other. What goes wrong with one does not stop the others.</summary>
public abstract class TargetCmdlet : RsolvCmdlet
{
    private string? _configurationPath;
    private IReadOnlyList<string?> _backups = [];

    /// <summary>Specifies the deployments: target names, targets, or results of a previous step. Wildcards are permitted in
    /// names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public virtual TargetReference[] Target { get; set; } = [];

    /// <summary>Specifies the configuration file. By default it is the one of the target, or searched upward from the current
    /// folder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <summary>The target that <see cref="RsolvCmdlet.ProcessAsync"/> acts on now; null before the first.</summary>
    private protected TargetReference? Current { get; private set; }

    /// <summary>The folder that <see cref="RsolvCmdlet.ProcessAsync"/> acts on now; null when the cmdlet takes none.</summary>
    private protected string? CurrentBackup { get; private set; }

    /// <summary>Finds the backups to act on, one after the other; by default none is taken. Runs on the pipeline thread.</summary>
    private protected virtual IReadOnlyList<string?> FindBackups() => [null];

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        _configurationPath = FullPath(ConfigurationPath);
        _backups = FindBackups();
    }

    /// <inheritdoc/>
    private protected sealed override async Task ProcessInputAsync(CancellationToken ct)
    {
        foreach (var backup in _backups)
        {
            if (Target.Length == 0 && backup is null) throw NoTarget();

            CurrentBackup = backup;
            try
            {
                foreach (var reference in Target.Length > 0 || backup is null ? Target : [BackupPath.TargetOf(backup)])
                    await ProcessEachAsync(reference, ct);
            }
            catch (DeployException e) when (!ct.IsCancellationRequested)
            {
                await EmitErrorAsync(e, backup, ct);
            }
        }
    }

    /// <summary>The target that the operator specified.</summary>
    private protected Target ResolveTarget() => TargetSource.Resolve(Current!, _configurationPath, CurrentFolder);

    private static DeployException NoTarget() => new(
        "TargetNotSpecified", FaultCategory.InvalidArgument, "No target is specified.", "Specify a target, or pipe one to the command.");

    private async Task ProcessEachAsync(TargetReference reference, CancellationToken ct)
    {
        try
        {
            foreach (var one in TargetSource.Expand(reference, _configurationPath, CurrentFolder))
            {
                Current = one;
                await ProcessAsync(ct);
            }
        }
        catch (DeployException e) when (!ct.IsCancellationRequested)
        {
            await EmitErrorAsync(e, reference.Name, ct);
        }
    }
}
