using System.Management.Automation;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Opens a run that several pipelines can share.</summary>
/// <remarks>
/// This command is optional: a command that changes something opens a run itself. It is useful when several pipelines belong together,
/// and to record a reason. The ledger of the run is a file in the data directory of the user that reveals later edits; Get-RsolvRun
/// reads it.
/// </remarks>
/// <example>
/// <code>$run = Start-RsolvDeployment production -Reason 'ticket 7'</code>
/// <para>Opens a run; $run can be passed to every command as its target.</para>
/// </example>
/// <example>
/// <code>Start-RsolvDeployment production | Backup-RsolvState | Publish-RsolvImage -Phase rfc060-phase5 | Update-RsolvDeployment</code>
/// <para>Deploys in one run.</para>
/// </example>
[Cmdlet(
    VerbsLifecycle.Start, "RsolvDeployment", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(Run))]
public sealed class StartRsolvDeploymentCommand : TargetCmdlet
{
    private ModuleSession? _session;
    private CommandPipeline? _pipeline;

    /// <summary>Specifies the reason, which the first line of the ledger records.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _session = ModuleSession.For(this);
        _pipeline = _session.Enter(this);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        if (!await ConfirmAsync($"{target.Namespace}/{target.Deployment}", "Open a run", cancellationToken)) return;
        var runId = RunId.New(Clock.GetUtcNow());
        var reason = Redactor.Apply(Reason ?? "");
        var ledger = _pipeline!.Journal.Open(target, runId, reason);
        await EmitAsync(
            new Run(target, runId) { Reason = reason, Operator = RunLedger.Actor, Folder = ledger.Folder.Path }, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _pipeline is { } pipeline)
        {
            _pipeline = null;
            _session!.Leave(pipeline, IsStopped);
        }

        base.Dispose(disposing);
    }
}
