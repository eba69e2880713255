using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Deployments;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Pipeline;

/// <summary>Base of the cmdlets that run a step: binds its options, calls it, and emits its result and its error.</summary>
public abstract class StepCmdlet : TargetCmdlet
{
    /// <summary>Specifies the recorded run that the command joins. By default it joins the run of its pipeline input, or opens a new
    /// one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string? RunId { get; set; }

    private ModuleSession? _session;
    private CommandPipeline? _pipeline;

    /// <summary>The step with the options that were specified.</summary>
    private protected abstract StepInvocation Invocation { get; }

    /// <summary>The baseline from before the deployment, when a parameter specifies it.</summary>
    private protected virtual Baseline? KnownBaseline => null;

    /// <summary>Whether the result of the step is output, in addition to what it emits while it runs.</summary>
    private protected virtual bool EmitsResult => true;

    /// <summary>What is output for the result; null for nothing.</summary>
    private protected virtual object? OutputOf(IStepResult result) => result;

    /// <summary>Whether the step is a run of its own, because its pipeline input is a backup and not a run.</summary>
    private protected virtual bool IsOwnRun => false;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _session = ModuleSession.For(this);
        _pipeline = _session.Enter(this);
        if (IsOwnRun) return;
        try
        {
            ResolvePaths();
            _pipeline.Plan(Invocation, MyInvocation.PipelinePosition);
        }
        catch (DeployException e)
        {
            ThrowTerminatingError(FaultRecord.Create(e, null, Redactor));
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var step = Invocation;
        var journal = IsOwnRun ? OwnJournal(step) : _pipeline!.Journal;
        try
        {
            using var context = CreateContext(journal, step.Kind);
            var outcome = await step.RunAsync(context, cancellationToken);
            if (EmitsResult && OutputOf(outcome.Result) is { } output) await EmitAsync(output, cancellationToken);
            if (outcome.Error is { } error) await EmitErrorAsync(error, outcome.Result, cancellationToken);
        }
        finally
        {
            if (IsOwnRun) journal.Complete(IsStopped);
        }
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

    private PipelineJournal OwnJournal(StepInvocation step)
    {
        var journal = new PipelineJournal(_session!.Ledgers);
        journal.Plan(step);
        return journal;
    }

    private StepContext CreateContext(PipelineJournal journal, StepKind kind)
    {
        var target = ResolveTarget();
        var joined = RunId ?? Current!.RunId;
        var previous = joined is null ? Current!.Step : RunJoin.Previous(target, joined, kind);
        return new StepContext(target, new StepJournal(journal, kind, target, previous?.RunId ?? Runs.RunId.New(Clock.GetUtcNow())))
        {
            Reporter = Reporter,
            Clock = Clock,
            Confirmation = new CmdletConfirmation(this),
            Previous = previous,
            Baseline = KnownBaseline,
            Emit = EmitAsync,
        };
    }
}
