using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;

namespace RsolvDeploy.Pipeline;

/// <summary>Base of the cmdlets that act on a target.</summary>
public abstract class TargetCmdlet : RsolvCmdlet
{
    /// <summary>Specifies the deployment: a target name, a target, or the result of a previous step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public virtual TargetReference Target { get; set; } = null!;

    /// <summary>Specifies the configuration file. By default it is searched upward from the current folder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <summary>The target that the operator specified.</summary>
    private protected Target ResolveTarget() => TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
}
