using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Migrations;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Runs the pending database migrations of a deployment and verifies that none is pending afterwards.</summary>
/// <remarks>
/// The configured commands run by exec in a ready pod of the newest revision. -Verbose shows their output as it arrives; lines that may
/// contain a credential are omitted. The time limit also applies in the pod when the image contains the program timeout. The run holds
/// the lock of the deployment, so that only one run migrates at a time. The schema version is recorded in the history, also with
/// -StatusOnly: a later rollback across these migrations is rejected for every operator. With -WhatIf the command only reads the
/// status.
/// </remarks>
/// <example>
/// <code>Invoke-RsolvMigration production -StatusOnly | Select-Object -ExpandProperty Pending</code>
/// <para>Lists the pending migrations and runs none.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production | Update-RsolvDeployment | Invoke-RsolvMigration | Test-RsolvMetrics</code>
/// <para>Migrates after the rollout, then verifies the deployment.</para>
/// </example>
[Cmdlet(
    VerbsLifecycle.Invoke, "RsolvMigration", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Migration))]
public sealed class InvokeRsolvMigrationCommand : LockingCmdlet
{
    /// <summary>Specifies the pod that runs the commands. The default is a ready pod of the newest revision.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PodCompleter))]
    public string? Pod { get; set; }

    /// <summary>Indicates that the status is read and recorded in the history, and no migration runs.</summary>
    [Parameter]
    public SwitchParameter StatusOnly { get; set; }

    /// <summary>Specifies the time limit of each command. The default is the configured time (10 minutes).</summary>
    [Parameter]
    [Duration]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new MigrationStep(),
        new MigrationOptions { Pod = Pod, StatusOnly = StatusOnly, Timeout = Timeout, Lock = Lock });
}
