using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Lists the runs that this user recorded on this machine, newest first, with how far each got.</summary>
/// <remarks>
/// Every line of each ledger is held against the one before: a run whose ledger is not as it was written is Tampered, and names the first line that is
/// not. Lines that were cut off at the end show only to -Verify, which asks the history in the cluster.
/// </remarks>
/// <example>
/// <code>Get-RsolvRun -State Interrupted</code>
/// <para>Lists the runs whose process ended in the middle of them.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -TargetName production -Verify | Where-Object State -eq Tampered</code>
/// <para>Lists the runs of production whose ledger was changed or cut afterwards.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvRun")]
[OutputType(typeof(RunRecord))]
public sealed class GetRsolvRunCommand : RsolvCmdlet
{
    /// <summary>Only these runs; wildcards are allowed. All when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string[] RunId { get; set; } = ["*"];

    /// <summary>Only runs of this target; wildcards are allowed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string TargetName { get; set; } = "*";

    /// <summary>Only runs in one of these states.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public RunState[] State { get; set; } = [];

    /// <summary>Also holds each ledger against the history in the cluster, which notes its last line at each release.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in RunFolder.All().Where(folder => RunId.Any(wanted => Wildcard.IsMatch(wanted, folder.Id))))
        {
            var reading = RecordedRun.From(folder);
            var run = reading.ToRecord();
            if (!Wildcard.IsMatch(TargetName, run.TargetName)) continue;
            if (Verify && run.Problem is null) run = reading.ToRecord(await MissingAsync(reading, run, cancellationToken));
            if (State.Length == 0 || State.Contains(run.State)) await EmitAsync(run, cancellationToken);
        }
    }

    private async Task<string?> MissingAsync(RecordedRun reading, RunRecord run, CancellationToken cancellationToken)
    {
        try
        {
            var target = TargetSource.Resolve(new TargetReference(run.TargetName), run.ConfigurationPath, CurrentFolder);
            using var cluster = ClusterClient.Connect(target, Reporter);
            return await LedgerAnchor.MissingAsync(cluster, target, reading, cancellationToken);
        }
        catch (DeployException e)
        {
            await EmitErrorAsync(e, run, cancellationToken);
            return null;
        }
    }
}
