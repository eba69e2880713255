using System.Collections.Concurrent;
using RsolvDeploy.Configuration;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>
/// A front end without PowerShell, as a service would be: one run, whose steps are planned before the first of them runs.
/// </summary>
internal sealed class PlainFrontEnd : IReporter, IDisposable
{
    private readonly PipelineJournal _journal = new(new OpenLedgers());

    public PlainFrontEnd(SandboxServer sandbox, string? runId = null)
        : this(ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production"), runId)
    {
    }

    public PlainFrontEnd(Target target, string? runId = null)
    {
        Target = target;
        RunId = runId ?? RsolvDeploy.Runs.RunId.New(TimeProvider.System.GetUtcNow());
    }

    public Target Target { get; set; }

    public string RunId { get; }

    public ConcurrentQueue<string> Warnings { get; } = new();

    public List<object> Emitted { get; } = [];

    public IStepResult? Previous { get; set; }

    /// <summary>Runs steps one after the other; each reads the result of the one before.</summary>
    public async Task<IReadOnlyList<StepOutcome>> RunAsync(params StepInvocation[] steps)
    {
        foreach (var step in steps) _journal.Plan(step);
        var outcomes = new List<StepOutcome>();
        foreach (var step in steps)
        {
            using var context = new StepContext(Target, new StepJournal(_journal, step.Kind, Target, RunId))
            {
                Reporter = this,
                Previous = Previous,
                Emit = (value, _) =>
                {
                    Emitted.Add(value);
                    return Task.CompletedTask;
                },
            };
            outcomes.Add(await step.RunAsync(context, TestContext.Current.CancellationToken));
            Previous = outcomes[^1].Result;
        }

        return outcomes;
    }

    /// <summary>The run, as its ledger records it.</summary>
    public RecordedRun Recorded() => RecordedRun.From(new RunFolder(RunId));

    public void Complete() => _journal.Complete(stopped: false);

    public void Dispose()
    {
        _journal.Complete(stopped: true);

    }

    void IReporter.Progress(ProgressUpdate update)
    {
    }

    void IReporter.Verbose(string message)
    {
    }

    void IReporter.Warning(string message) => Warnings.Enqueue(message);

    void IReporter.Information(string message)
    {
    }
}
