using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Migrations;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Runs the pending migrations of a deployment's database, and verifies that none is pending afterwards.</summary>
/// <remarks>
/// The configured commands run by exec in a ready pod of the newest revision. -Verbose shows their output as it comes, without lines that look like
/// credentials. Where the image has 'timeout', their time is limited in the pod too. The deployment's lock is held meanwhile, so that one run migrates
/// at a time. The history records the schema, with -StatusOnly too, which runs nothing: a later rollback across these migrations is refused, whoever
/// ran them. With -WhatIf only the status is read.
/// </remarks>
/// <example>
/// <code>Invoke-RsolvMigration production -StatusOnly | Select-Object -ExpandProperty Pending</code>
/// <para>Lists the pending migrations, and runs none.</para>
/// </example>
/// <example>
/// <code>Publish-RsolvImage production | Update-RsolvDeployment | Invoke-RsolvMigration | Test-RsolvMetrics</code>
/// <para>Migrates after the rollout, and verifies the metrics afterwards.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "RsolvMigration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Migration))]
public sealed class InvokeRsolvMigrationCommand : LockingCmdlet
{
    /// <summary>The pod to run the commands in; a ready one of the newest revision when not specified.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Pod { get; set; }

    /// <summary>Reads the status and records it in the history, but runs no migration.</summary>
    [Parameter]
    public SwitchParameter StatusOnly { get; set; }

    /// <summary>How long each command may take; the configured time (10 minutes) when not specified.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new MigrationStep(),
        new MigrationOptions { Pod = Pod, StatusOnly = StatusOnly, Timeout = Timeout, Lock = Lock });
}
