using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;

namespace RsolvDeploy.Pipeline;

/// <summary>Base of the cmdlets that act on a target.</summary>
public abstract class TargetCmdlet : RsolvCmdlet
{
    /// <summary>The deployment to act on: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public virtual TargetReference Target { get; set; } = null!;

    /// <summary>The configuration file; found upward from the current folder when not specified.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <summary>The target that the operator specified.</summary>
    private protected Target ResolveTarget() => TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
}
