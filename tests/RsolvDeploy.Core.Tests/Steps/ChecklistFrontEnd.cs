using System.Collections.Concurrent;
using RsolvDeploy.Configuration;
using RsolvDeploy.Deployments.Checklist;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>Runs the whole checklist from plain code, answers its questions, and sees its phases.</summary>
internal sealed class ChecklistFrontEnd : IReporter, IDecisions, IConfirmation
{
    public ChecklistFrontEnd(SandboxServer sandbox)
    {
        var target = ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production");
        Target = target with { Backup = target.Backup with { Path = Path.Combine(sandbox.Folder, "backups") } };
    }

    public Target Target { get; set; }

    public string RunId { get; } = RsolvDeploy.Runs.RunId.New(TimeProvider.System.GetUtcNow());

    public ChecklistOptions Options { get; set; } = new() { Reason = "ticket 7", Phase = "whole" };

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public bool IsPreview { get; set; }

    public Func<string, bool> Confirms { get; set; } = _ => true;

    public PolicyAction? Answer { get; set; }

    public Action<PhaseUpdate> OnPhase { get; set; } = _ => { };

    public ConcurrentQueue<string> Warnings { get; } = new();

    public List<string> Errors { get; } = [];

    public List<string> Confirmed { get; } = [];

    public List<string> Decisions { get; } = [];

    public async Task<DeploymentSummary> RunAsync(CancellationToken ct)
    {
        var journal = new PipelineJournal(new OpenLedgers()) { IsChecklist = true };
        try
        {
            using var context = new StepContext(Target, new StepJournal(journal, StepKind.Preflight, Target, RunId))
            {
                Reporter = this,
                Clock = Clock,
                Confirmation = this,
            };
            await using var run = new ChecklistRun(context, journal, Options, this);
            return await run.RunAsync(
                (error, _) =>
                {
                    Errors.Add(error.Id);
                    return Task.CompletedTask;
                },
                ct);
        }
        finally
        {
            journal.Complete(stopped: false);
        }
    }

    /// <summary>The run, as its ledger records it.</summary>
    public RecordedRun Recorded() => RecordedRun.From(new RunFolder(RunId));

    Task<bool> IConfirmation.ConfirmAsync(string subject, string change, CancellationToken ct)
    {
        Confirmed.Add(change);
        return Task.FromResult(!IsPreview && Confirms(change));
    }

    Task<bool> IConfirmation.IsPreviewAsync(CancellationToken ct) => Task.FromResult(IsPreview);

    Task<PolicyAction> IDecisions.DecideAsync(Decision decision, CancellationToken ct)
    {
        Decisions.Add(decision.Id);
        return Task.FromResult(Answer ?? decision.Configured);
    }

    void IReporter.Phase(PhaseUpdate update) => OnPhase(update);

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
