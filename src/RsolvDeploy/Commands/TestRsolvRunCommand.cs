using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Commands;

/// <summary>Proves that the record of a run is unaltered.</summary>
/// <remarks>
/// run.chain checks each line of the ledger against the line before it, and names the first line that was altered, added, removed or moved.
/// run.signature verifies that signers whom you trust wrote the lines. run.history checks, with -IncludeHistory, that the ledger
/// has every line that the history in the cluster names. The command changes nothing.
/// </remarks>
/// <example>
/// <code>Test-RsolvRun 20261128-134254-a1b2c3 -IncludeHistory</code>
/// <para>Proves the record of one run, also against the history in the cluster.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -TargetName production | Test-RsolvRun | Where-Object Verdict -ne Passed</code>
/// <para>Lists the runs of production whose record is not proven.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvRun", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(RunProof))]
public sealed class TestRsolvRunCommand : RsolvCmdlet
{
    private string? _configurationPath;

    /// <summary>Specifies the runs. Wildcards are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string[] RunId { get; set; } = [];

    /// <summary>Specifies the configuration file. The default is the one that the run started with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <summary>Indicates that the ledger is also checked against the history in the cluster.</summary>
    [Parameter]
    public SwitchParameter IncludeHistory { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths() => _configurationPath = FullPath(ConfigurationPath);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var wanted in RunId)
        {
            var folders = RunFolder.All().Where(folder => Wildcard.IsMatch(wanted, folder.Id)).ToList();
            if (folders.Count == 0 && !wanted.Contains('*', StringComparison.Ordinal))
            {
                await EmitErrorAsync(
                    new DeployException("RunNotFound", FaultCategory.ObjectNotFound, $"No run {wanted} is recorded here.",
                        "Get-RsolvRun lists the runs of this user on this machine."),
                    wanted, cancellationToken);
            }

            foreach (var folder in folders) await ProveAsync(Read(folder), cancellationToken);
        }
    }

    // The signers that the configuration of the run trusts count, when it can be read.
    private RecordedRun Read(RunFolder folder)
    {
        var run = RecordedRun.From(folder);
        if (run.Proof?.Problem is null) return run;
        try
        {
            return RecordedRun.From(folder, TrustedSigners.ForUser(ResolveTarget(run.ToRecord()).Signers));
        }
        catch (DeployException)
        {
            return run;
        }
    }

    private Target ResolveTarget(RunRecord run) => TargetSource.Resolve(
        new TargetReference(run.TargetName), _configurationPath ?? run.ConfigurationPath, CurrentFolder);

    private async Task ProveAsync(RecordedRun run, CancellationToken cancellationToken)
    {
        var proof = await new RunProver(Clock).ProveAsync(run, IncludeHistory ? ReadHistoryAsync : null, cancellationToken);
        await EmitAsync(proof, cancellationToken);
        if (RunProver.ErrorOf(proof) is { } error) await EmitErrorAsync(error, proof, cancellationToken);
    }

    private async Task<IReadOnlyList<Release>> ReadHistoryAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var target = ResolveTarget(run);
        using var cluster = Connect(target);
        return await new ReleaseHistory(cluster, target).ReadAsync(Reporter, cancellationToken);
    }
}
