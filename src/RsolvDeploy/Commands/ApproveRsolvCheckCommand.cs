using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Deployments.SignOff;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Approves or rejects manual checks of a run.</summary>
/// <remarks>
/// The decision is signed with your key and stored with your name, the time and the comment beside the history in the cluster, so that a
/// run on another machine finds it; there your certificate has to be trusted (signers). It is also written to the ledger when the run is
/// recorded on this machine. When the configuration sets policy.twoPersonRule, the operator of the run cannot approve it; user name and key
/// decide. A later decision about the same check replaces an earlier one.
/// </remarks>
/// <example>
/// <code>Approve-RsolvCheck production -RunId 20261128-134254-a1b2c3 -Id approval.engineering-lead -Comment 'reviewed with the team'</code>
/// <para>Approves the run of another operator.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun 20261128-134254-a1b2c3 | Approve-RsolvCheck -Id approval.* -Reject -Comment 'the dashboard shows errors'</code>
/// <para>Rejects every required approval of a run.</para>
/// </example>
[Cmdlet(
    VerbsLifecycle.Approve, "RsolvCheck", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Approval))]
public sealed class ApproveRsolvCheckCommand : TargetCmdlet
{
    private ModuleSession? _session;

    /// <summary>Specifies the run. By default it is the run of the pipeline input.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string? RunId { get; set; }

    /// <summary>Specifies the checks to decide. Wildcards are permitted when the run is recorded on this machine, and for the
    /// configured approvals.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ManualCheckCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Specifies the comment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Comment { get; set; }

    /// <summary>Indicates that the checks are rejected. The run is then not signed off.</summary>
    [Parameter]
    public SwitchParameter Reject { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _session = ModuleSession.For(this);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        var runId = RunId ?? Current!.RunId ?? Current.Step?.RunId ?? throw new DeployException(
            "RunMissing", FaultCategory.InvalidArgument, "No run is specified.", "Specify -RunId, or pipe the run to this command.");
        var approval = new CheckApproval(target, runId, _session!.Ledgers);
        var comment = Redactor.Apply(Comment ?? "");
        var decided = new List<Approval>();
        foreach (var id in approval.Find(Id))
        {
            if (await ConfirmAsync($"{id} of run {runId}", Reject ? "Reject" : "Approve", cancellationToken))
                decided.Add(new Approval(runId, id, !Reject, RunLedger.Actor, Clock.GetUtcNow()) { Comment = comment });
        }

        if (decided.Count == 0) return;
        using var cluster = Connect(target);
        foreach (var one in await approval.RecordAsync(cluster, decided, cancellationToken))
            await EmitAsync(one with { Target = target }, cancellationToken);
    }
}
