using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Deployments;
using RsolvDeploy.Deployments.Sharing;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Commands;

/// <summary>Lists the runs that you started on this machine, newest first, with their progress.</summary>
/// <remarks>
/// Each line of a ledger is checked against the line before it, and who signed it is verified. A run whose ledger was altered has the
/// state Tampered, and one that nobody whom you trust has signed is Unproven; the property Problem names the first such line. Lines that
/// were removed at the end are found only with -Verify, which reads the history in the cluster. -Follow shows a run while it works; a run
/// of Invoke-RsolvDeployment leaves its record in the cluster, where operators of other machines follow it.
/// </remarks>
/// <example>
/// <code>Get-RsolvRun -State Interrupted</code>
/// <para>Lists the runs whose process ended before they were complete.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -TargetName production -Verify | Where-Object State -eq Tampered</code>
/// <para>Lists the runs of production whose ledger was altered or truncated.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -Follow -TargetName production</code>
/// <para>Shows the run that works on production, on whatever machine it does, until it ends.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvRun", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(RunRecord))]
public sealed class GetRsolvRunCommand : RsolvCmdlet
{
    private string? _configurationPath;

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

    /// <summary>Indicates that a run is shown after each change of a step until no process works on it: the running one of this machine,
    /// or else, with -TargetName, the one that the cluster has the record of, started on any machine.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Specifies the configuration file with the target to follow. By default it is searched upward from the current
    /// folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [EffectiveWith(nameof(Follow))]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths() => _configurationPath = FullPath(ConfigurationPath);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Follow) await FollowAsync(cancellationToken);
        else await ListAsync(cancellationToken);
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var trusted = TrustedSigners.ForUser();
        var all = RunFolder.All().ToList();
        foreach (var wanted in RunId.Where(one => !Wildcard.IsPattern(one) && all.TrueForAll(run => run.Id != one)))
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

        var missing = TargetName.Where(one => !Wildcard.IsPattern(one)).ToList();
        foreach (var folder in all.Where(folder => RunId.Any(wanted => Wildcard.IsMatch(wanted, folder.Id))))
        {
            var recorded = RecordedRun.From(folder, trusted);
            var run = recorded.ToRecord();
            if (!TargetName.Any(name => Wildcard.IsMatch(name, run.TargetName))) continue;
            missing.RemoveAll(name => Wildcard.IsMatch(name, run.TargetName));
            if (Verify && run.State != RunState.Tampered) run = await VerifyAsync(folder, run, cancellationToken);
            if (State.Length == 0 || State.Contains(run.State)) await EmitAsync(run, cancellationToken);
        }

        foreach (var name in missing)
        {
            await EmitErrorAsync(
                new DeployException(
                    "RunNotFound",
                    FaultCategory.ObjectNotFound,
                    $"No run of the target {name} is recorded here.",
                    "Get-RsolvRun lists the recorded runs."),
                name,
                cancellationToken);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var follower = new RunFollower(Clock);
        var running = RunFolder.All().FirstOrDefault(folder => folder.IsHeld() && IsWanted(RecordedRun.Unverified(folder).ToRecord()));
        if (running is not null)
        {
            await EmitAllAsync(follower.FollowAsync(running, TrustedSigners.ForUser(), cancellationToken), cancellationToken);
            return;
        }

        if (TargetName is not [var name] || Wildcard.IsPattern(name)) throw NotRunning("this machine");
        var target = TargetSource.Resolve(new TargetReference(name), _configurationPath, CurrentFolder);
        using var cluster = Connect(target);
        if (!await EmitAllAsync(follower.FollowAsync(cluster, target, cancellationToken), cancellationToken))
            throw NotRunning($"the cluster of {name}");
    }

    private bool IsWanted(RunRecord run) =>
        RunId.Any(wanted => Wildcard.IsMatch(wanted, run.RunId)) && TargetName.Any(name => Wildcard.IsMatch(name, run.TargetName));

    private async Task<bool> EmitAllAsync(IAsyncEnumerable<RunRecord> runs, CancellationToken cancellationToken)
    {
        var any = false;
        await foreach (var run in runs)
        {
            if (!IsWanted(run)) continue;
            any = true;
            await EmitAsync(run, cancellationToken);
        }

        return any;
    }

    private static DeployException NotRunning(string where) =>
        new("RunNotRunning", FaultCategory.ObjectNotFound, $"No such run is known to work on {where}.",
            "Get-RsolvRun lists the runs of this machine; -Follow with -TargetName shows the run of another machine.");

    private async Task<RunRecord> VerifyAsync(RunFolder folder, RunRecord run, CancellationToken cancellationToken)
    {
        try
        {
            var target = TargetSource.Resolve(new TargetReference(run.TargetName), run.ConfigurationPath, CurrentFolder);
            var recorded = RecordedRun.From(folder, TrustedSigners.ForUser(target.Signers));
            using var cluster = Connect(target);
            return recorded.ToRecord(await LedgerAnchor.FindProblemAsync(cluster, target, recorded, cancellationToken));
        }
        catch (DeployException e)
        {
            await EmitErrorAsync(e, run, cancellationToken);
            return run;
        }
    }
}
