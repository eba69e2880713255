using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Deployments;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Takes up a run whose process ended in the middle of it, and goes on to the end of its pipeline.</summary>
/// <remarks>
/// The ledger says which steps ended. What became of the step in whose middle it ended is looked up in the cluster, in the registry or on the disk;
/// what was done is not done again. Where it cannot be told, nothing is done. The steps have the parameters that they had; a passphrase is not recorded.
/// It goes on up to the first command that is not of this module, such as Where-Object: what that would let through is not known.
/// </remarks>
/// <example>
/// <code>Resume-RsolvDeployment -TargetName production</code>
/// <para>Takes up the newest interrupted run of production.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -State Interrupted | Select-Object -First 1 | Resume-RsolvDeployment -WhatIf</code>
/// <para>Says with which step it would go on.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "RsolvDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(IStepResult))]
public sealed class ResumeRsolvDeploymentCommand : RsolvCmdlet
{
    private ModuleSession? _session;

    /// <summary>The run to take up; the newest interrupted one of the target when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string? RunId { get; set; }

    /// <summary>Whose newest interrupted run to take up, when no run is named.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string? TargetName { get; set; }

    /// <summary>The configuration file; the one that the run was begun with when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _session = ModuleSession.For(this);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var run = InterruptedRun.Find(RunId, TargetName);
        var record = run.ToRecord();
        var target = TargetSource.Resolve(new TargetReference(record.TargetName), FullPath(ConfigurationPath) ?? record.ConfigurationPath, CurrentFolder);
        var journal = new PipelineJournal(_session!.Ledgers) { IsResumed = true };
        try
        {
            using var context = new StepContext(target, new StepJournal(journal, run.Steps[run.FirstOpen].Kind, target, record.RunId))
            {
                Reporter = Reporter,
                Emit = EmitAsync,
            };
            var resumption = await RunResumption.PlanAsync(context, run, cancellationToken);
            if (!await ConfirmAsync($"run {record.RunId} of {target.Name}", $"Continue with {resumption.Summary}", cancellationToken)) return;
            if (resumption.LeftOut is { } left) Reporter.Warning(left);
            await resumption.RunAsync((outcome, isLast) => EmitOutcomeAsync(outcome, isLast, cancellationToken), cancellationToken);
        }
        finally
        {
            journal.Complete(IsStopped);
        }
    }

    // As in a pipeline, only the last step's result is output; errors of all steps are.
    private async Task EmitOutcomeAsync(StepOutcome outcome, bool isLast, CancellationToken cancellationToken)
    {
        if (isLast) await EmitAsync(outcome.Result, cancellationToken);
        if (outcome.Error is { } error) await EmitErrorAsync(error, outcome.Result, cancellationToken);
    }
}
