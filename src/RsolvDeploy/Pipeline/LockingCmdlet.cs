using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Pipeline;

/// <summary>Base of the cmdlets that change a deployment under its lock.</summary>
public abstract class LockingCmdlet : StepCmdlet
{
    /// <summary>How long to wait when another run changes the deployment; not at all when not specified.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan WaitForLock { get; set; }

    /// <summary>Takes the lock from another run, which then cannot write any more. Asks for a confirmation of its own.</summary>
    [Parameter]
    public SwitchParameter BreakLock { get; set; }

    private protected LockOptions Lock => new(WaitForLock, BreakLock);
}
