using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Pipeline;

/// <summary>Base of the cmdlets that change a deployment under its lock.</summary>
public abstract class LockingCmdlet : StepCmdlet
{
    /// <summary>Specifies how long to wait while another run changes the deployment. By default the command does not wait.</summary>
    [Parameter]
    [Duration]
    [ValidateTimeout]
    public TimeSpan WaitForLock { get; set; }

    /// <summary>
    /// Indicates that the lock is taken from another run, which then cannot write any more. Requires a separate confirmation.
    /// </summary>
    [Parameter]
    public SwitchParameter BreakLock { get; set; }

    private protected LockOptions Lock => new(WaitForLock, BreakLock);
}
