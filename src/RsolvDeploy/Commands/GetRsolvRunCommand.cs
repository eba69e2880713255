using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Commands;

/// <summary>Lists the runs that you started on this machine, newest first, with their progress.</summary>
/// <remarks>
/// Each line of a ledger is checked against the line before it, and who signed it is verified. A run whose ledger was altered has the
/// state Tampered, and one that nobody whom you trust has signed is Unproven; the property Problem names the first such line. Lines that
/// were removed at the end are found only with -Verify, which reads the history in the cluster.
/// </remarks>
/// <example>
/// <code>Get-RsolvRun -State Interrupted</code>
/// <para>Lists the runs whose process ended before they were complete.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -TargetName production -Verify | Where-Object State -eq Tampered</code>
/// <para>Lists the runs of production whose ledger was altered or truncated.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvRun")]
[OutputType(typeof(RunRecord))]
public sealed class GetRsolvRunCommand : RsolvCmdlet
{
    /// <summary>Specifies the runs to list. Wildcards are permitted. The default is all runs.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string[] RunId { get; set; } = ["*"];

    /// <summary>Specifies the targets of the runs. Wildcards are permitted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string[] TargetName { get; set; } = ["*"];

    /// <summary>Specifies the states of the runs to list. The default is all states.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public RunState[] State { get; set; } = [];

    /// <summary>Indicates that each ledger is checked against the history in the cluster, which records the last line of the ledger at
    /// each release.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var trusted = TrustedSigners.ForUser();
        var all = RunFolder.All().ToList();
        foreach (var wanted in RunId.Where(one => !WildcardPattern.ContainsWildcardCharacters(one) && all.TrueForAll(run => run.Id != one)))
        {
            await EmitErrorAsync(
                new DeployException(
                    "RunNotFound",
                    FaultCategory.ObjectNotFound,
                    $"No run {wanted} is recorded here.",
                    "Get-RsolvRun lists the recorded runs."),
                wanted,
                cancellationToken);
        }

        foreach (var folder in all.Where(folder => RunId.Any(wanted => Wildcard.IsMatch(wanted, folder.Id))))
        {
            var recorded = RecordedRun.From(folder, trusted);
            var run = recorded.ToRecord();
            if (!TargetName.Any(name => Wildcard.IsMatch(name, run.TargetName))) continue;
            if (Verify && run.State != RunState.Tampered) run = await VerifyAsync(folder, run, cancellationToken);
            if (State.Length == 0 || State.Contains(run.State)) await EmitAsync(run, cancellationToken);
        }
    }

    private async Task<RunRecord> VerifyAsync(RunFolder folder, RunRecord run, CancellationToken cancellationToken)
    {
        try
        {
            var target = TargetSource.Resolve(new TargetReference(run.TargetName), run.ConfigurationPath, CurrentFolder);
            var recorded = RecordedRun.From(folder, TrustedSigners.ForUser(target.Signers));
            using var cluster = ClusterClient.Connect(target, Reporter, Clock);
            return recorded.ToRecord(await LedgerAnchor.FindProblemAsync(cluster, target, recorded, cancellationToken));
        }
        catch (DeployException e)
        {
            await EmitErrorAsync(e, run, cancellationToken);
            return run;
        }
    }
}
