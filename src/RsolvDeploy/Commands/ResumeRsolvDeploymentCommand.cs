using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Deployments;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Deployments.Sharing;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Resumes an interrupted run and continues to the end of its pipeline.</summary>
/// <remarks>
/// The ledger records which steps ended. The outcome of the interrupted step is checked in the cluster, in the registry or on disk, and
/// a change that was made is not made again. When the outcome cannot be determined, nothing is changed. A run is resumed only when you or
/// a trusted signer wrote its ledger, and when cluster, namespace and workloads are those that it recorded. The steps run with their
/// recorded parameters; a passphrase is never recorded. The run continues up to the first command of another module, such as Where-
/// Object, because the output of that command is not known.
/// </remarks>
/// <example>
/// <code>Resume-RsolvDeployment -TargetName production</code>
/// <para>Resumes the newest interrupted run of production.</para>
/// </example>
/// <example>
/// <code>Resume-RsolvDeployment -TargetName production -ConfigurationPath ./rsolv.yaml -NonInteractive -Confirm:$false</code>
/// <para>Continues on this machine a run of Invoke-RsolvDeployment whose machine broke down, as a job of a CI system.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -State Interrupted | Select-Object -First 1 | Resume-RsolvDeployment -WhatIf</code>
/// <para>Shows the step that the run would continue with.</para>
/// </example>
[Cmdlet(
    VerbsLifecycle.Resume, "RsolvDeployment", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = RunSet)]
[OutputType(typeof(IStepResult))]
public sealed class ResumeRsolvDeploymentCommand : RsolvCmdlet
{
    private const string RunSet = "Run";
    private const string TargetSet = "Target";
    private ModuleSession? _session;
    private string? _configurationPath;

    /// <summary>Specifies the run to resume.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RunSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string? RunId { get; set; }

    /// <summary>Specifies the target whose newest interrupted run is resumed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TargetSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string? TargetName { get; set; }

    /// <summary>Specifies the configuration file. The default is the one that the run started with.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <summary>Indicates that nothing is asked: where a person decides, the configured answer is taken.</summary>
    [Parameter]
    public SwitchParameter NonInteractive { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _session = ModuleSession.For(this);

    /// <inheritdoc/>
    private protected override void ResolvePaths() => _configurationPath = FullPath(ConfigurationPath);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var shared = await FindSharedAsync(cancellationToken);
        var run = shared?.Run ?? InterruptedRun.Find(RunId, TargetName);
        var record = run.ToRecord();
        // The configuration of another machine lies elsewhere.
        var path = _configurationPath ?? (shared is null ? record.ConfigurationPath : null);
        var target = TargetSource.Resolve(new TargetReference(record.TargetName), path, CurrentFolder);
        var journal = new PipelineJournal(_session!.Ledgers) { IsResumed = true };
        try
        {
            using var context = new StepContext(target, new StepJournal(journal, run.Steps[run.FirstOpen].Kind, target, record.RunId))
            {
                Reporter = Reporter,
                Emit = EmitAsync,
            };
            IDecisions decisions = NonInteractive ? ConfiguredDecisions.Instance : new PromptedDecisions(this);
            var policy = new FailurePolicy(journal, decisions);
            var resumption = await RunResumption.PlanAsync(context, run, cancellationToken, policy);
            if (!await ConfirmAsync(resumption.Identity.Subject, $"Continue with {resumption.Summary}", cancellationToken)) return;
            if (shared is not null) SharedRunImport.Write(shared);
            if (resumption.Identity.OtherOperator is { } other) Reporter.Warning($"Run {record.RunId} was started by {other}, not by you.");
            if (resumption.SkippedSteps is { } leftOut) Reporter.Warning(leftOut);
            await RunAsync(resumption, journal, run.IsChecklist ? new RecordSharing(context) : null, cancellationToken);
        }
        finally
        {
            journal.Complete(IsStopped);
        }
    }

    // A run of another machine is known by its record in the cluster.
    private async Task<SharedRun?> FindSharedAsync(CancellationToken cancellationToken)
    {
        if (TargetName is null || InterruptedRun.IsKnown(TargetName)) return null;
        Target target;
        try
        {
            target = TargetSource.Resolve(new TargetReference(TargetName), _configurationPath, CurrentFolder);
        }
        catch (DeployException e)
        {
            Reporter.Verbose($"No cluster is asked for a run of {TargetName}: {e.Message}");
            return null;
        }

        using var cluster = Connect(target);
        return await new SharedRunImport(cluster, target).FindAsync(cancellationToken);
    }

    private async Task RunAsync(
        RunResumption resumption, PipelineJournal journal, RecordSharing? sharing, CancellationToken cancellationToken)
    {
        try
        {
            await resumption.RunAsync(
                async (outcome, isLast) =>
                {
                    await EmitOutcomeAsync(outcome, isLast, cancellationToken);
                    if (sharing is not null) await sharing.ShareAsync(cancellationToken);
                },
                cancellationToken);
        }
        finally
        {
            journal.Complete(IsStopped);
            if (sharing is not null) await sharing.DisposeAsync();
        }
    }

    // As in a pipeline, the result of the last step is output, and the errors of all steps.
    private async Task EmitOutcomeAsync(StepOutcome outcome, bool isLast, CancellationToken cancellationToken)
    {
        if (isLast) await EmitAsync(outcome.Result, cancellationToken);
        if (outcome.Error is { } error) await EmitErrorAsync(error, outcome.Result, cancellationToken);
    }
}
