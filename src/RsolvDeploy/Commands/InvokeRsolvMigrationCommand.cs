using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Migrations;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Runs the pending migrations of a deployment's database, and proves that none is pending afterwards.</summary>
/// <remarks>
/// The configured commands are run by exec in a ready pod of the newest revision. What they write is shown with -Verbose as it comes; a line that seems to
/// hold a credential is left out. The time is limited in the pod too where the image has 'timeout'. One run at a time: the deployment's lock is
/// held meanwhile. The schema is noted in the history, also by -StatusOnly, which runs nothing: a later way back across these migrations is refused, whoever
/// ran them. With -WhatIf only the status is read.
/// </remarks>
/// <example>
/// <code>Invoke-RsolvMigration production -StatusOnly | Select-Object -ExpandProperty Pending</code>
/// <para>Lists what is pending, and runs nothing.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production | Update-RsolvDeployment | Invoke-RsolvMigration | Test-RsolvMetrics</code>
/// <para>Migrates after the rollout, and verifies what came of it.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "RsolvMigration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Migration))]
public sealed class InvokeRsolvMigrationCommand : LockingCmdlet
{
    /// <summary>The pod to run the commands in; a ready one of the newest revision when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Pod { get; set; }

    /// <summary>Reads the status and notes it in the history, and runs nothing.</summary>
    [Parameter]
    public SwitchParameter StatusOnly { get; set; }

    /// <summary>How long each command may take; the configured time (10 minutes) when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new MigrationStep(),
        new MigrationOptions { Pod = Pod, StatusOnly = StatusOnly, Timeout = Timeout, Lock = Lock });
}
