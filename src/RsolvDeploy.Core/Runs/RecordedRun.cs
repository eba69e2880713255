using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>A run, as its ledger records it.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Text">The content of its ledger.</param>
/// <param name="IsRunning">Whether a process is working on it.</param>
internal sealed record RecordedRun(RunFolder Folder, LedgerText Text, bool IsRunning)
{
    /// <summary>Reads the ledger in a folder, and verifies who wrote it.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="trusted">Whose signatures count; null for those of the user.</param>
    public static RecordedRun From(RunFolder folder, TrustedSigners? trusted = null)
    {
        var text = folder.Read();
        return new RecordedRun(folder, text, folder.IsHeld()) { Proof = LedgerProof.Verify(text, trusted ?? TrustedSigners.ForUser()) };
    }

    /// <summary>Reads the ledger in a folder without a look at its signatures.</summary>
    public static RecordedRun Unverified(RunFolder folder) => new(folder, folder.Read(), folder.IsHeld());

    /// <summary>Whether trusted signers wrote the ledger; null when it was not verified.</summary>
    public LedgerProof? Proof { get; init; }

    /// <summary>What the first line records; null when there is none.</summary>
    public RunOpened? Opened => Text.Lines.FirstOrDefault(line => line.Event == LedgerEvent.Run) is { } first
        ? Read(first, LedgerJson.Default.RunOpened)
        : null;

    /// <summary>The steps of all pipelines of the run, in order.</summary>
    public IReadOnlyList<RunStep> Steps { get; } = StepsOf(Text.Lines);

    /// <summary>Whether the run is the whole checklist.</summary>
    public bool IsChecklist { get; } = Text.Lines.FirstOrDefault(line => line.Event == LedgerEvent.Run) is { } first
        && Read(first, LedgerJson.Default.RunOpened)?.IsChecklist == true;

    /// <summary>What was decided about manual checks, oldest first.</summary>
    public IReadOnlyList<Approval> Approvals { get; } =
    [
        .. Text.Lines.Where(line => line.Event == LedgerEvent.Approval)
            .Select(line => Read(line, LedgerJson.Default.Approval)).OfType<Approval>(),
    ];

    /// <summary>The sign-off; null when the run was not signed off.</summary>
    public RunCompleted? Completed { get; } = Text.Lines.LastOrDefault(line => line.Event == LedgerEvent.Completed) is { } line
        ? Read(line, LedgerJson.Default.RunCompleted)
        : null;

    /// <summary>The newest record of each check of the run; checks that were not measured do not replace those that were.</summary>
    public IReadOnlyDictionary<string, RecordedCheck> Checks { get; } = ChecksOf(Text.Lines);

    /// <summary>The index in <see cref="Steps"/> of the first step that is interrupted or pending; -1 for none.</summary>
    public int FirstOpen => Steps.ToList().FindIndex(step => step.Result is null && !step.IsOver);

    /// <summary>The run for the operator.</summary>
    /// <param name="problem">A problem that the ledger does not show, such as lines that only the history knows; null for none.</param>
    public RunRecord ToRecord(string? problem = null)
    {
        var first = Text.Lines.FirstOrDefault(line => line.Event == LedgerEvent.Run);
        var opened = Opened;
        var altered = Text.Problem ?? (Proof is { IsAltered: true } ? Proof.Problem : null) ?? problem;
        return new RunRecord(Folder.Id, altered is not null ? RunState.Tampered : Proof?.Problem is null ? State : RunState.Unproven)
        {
            TargetName = opened?.Target ?? "",
            ConfigurationPath = opened?.Configuration,
            Began = first?.Timestamp ?? default,
            Last = Text.Lines.Count > 0 ? Text.Lines[^1].Timestamp : default,
            Operator = first?.Actor ?? "",
            Reason = opened?.Reason ?? "",
            Phases = Steps.Select((step, index) => IsRunning && index == FirstOpen ? $"{step.Kind}: running" : step.ToString()).ToArray(),
            CompletedBy = Completed?.By ?? "",
            Outcome = Completed?.Outcome,
            Problem = altered ?? Proof?.Problem,
            Folder = Folder.Path,
        };
    }

    private RunState State => IsRunning ? RunState.Running
        : Completed is { } completed && FirstOpen < 0
            ? completed.Outcome == DeploymentOutcome.Succeeded ? RunState.Completed : RunState.Failed
        : FirstOpen >= 0 || HasOpenIntent ? RunState.Interrupted
        : Steps.Any(HasFailed) ? RunState.Failed
        : Steps.Count == 0 && Text.Lines.All(line => line.Event != LedgerEvent.Intent) ? RunState.Open
        : RunState.Completed;

    // Only intents outside of steps count: a step is always probed.
    private bool HasOpenIntent => Steps.Count == 0
        && Text.Lines.Where(line => line.Event == LedgerEvent.Intent).Select(line => line.Sequence)
            .Except(Text.Lines.Where(line => line.Event == LedgerEvent.Outcome)
                .Select(line => Read(line, LedgerJson.Default.ChangeOutcome)?.Of ?? 0))
            .Any();

    private static bool HasFailed(RunStep step) =>
        step.Result?.Status is StepStatus.Failed or StepStatus.TimedOut || step is { Result: null, Facts: not null };

    private static List<RunStep> StepsOf(IReadOnlyList<LedgerLine> lines)
    {
        List<RunStep> steps = [];
        var pipeline = 0;
        foreach (var line in lines)
        {
            switch (line.Event)
            {
                case LedgerEvent.Plan:
                    Close(steps, pipeline);
                    pipeline = steps.Count;
                    steps.AddRange((Read(line, LedgerJson.Default.PipelinePlanned)?.Steps ?? []).Select(step => new RunStep(step)));
                    break;
                case LedgerEvent.Ended:
                    Close(steps, pipeline);
                    break;
                case LedgerEvent.Intent:
                    Change(steps, pipeline, step => step is { Facts: not null, Result: null }, step => step with { HasIntent = true });
                    break;
                case LedgerEvent.Step when Read(line, LedgerJson.Default.StepStarted) is { } started:
                    Change(steps, pipeline, Open(started.Kind), step => step with { Facts = started.Facts, Started = line.Timestamp });
                    break;
                case LedgerEvent.Result when Read(line, LedgerJson.Default.RecordedResult) is { } result:
                    Change(steps, pipeline, Open(result.Kind), step => step with { Result = result, Ended = line.Timestamp });
                    break;
            }
        }

        return steps;
    }

    private static Dictionary<string, RecordedCheck> ChecksOf(IReadOnlyList<LedgerLine> lines)
    {
        var checks = new Dictionary<string, RecordedCheck>(StringComparer.Ordinal);
        foreach (var line in lines.Where(line => line.Event == LedgerEvent.Result))
        {
            if (Read(line, LedgerJson.Default.RecordedResult) is not { Kind: not StepKind.Completion } result) continue;
            foreach (var check in result.Checks)
                if (check.Status != CheckStatus.Skipped || !checks.ContainsKey(check.Id)) checks[check.Id] = check;
        }

        return checks;
    }

    // The first of that kind that has not ended: a pipeline may hold a step twice.
    private static Predicate<RunStep> Open(StepKind kind) => step => step.Kind == kind && step.Result is null;

    private static void Change(List<RunStep> steps, int from, Predicate<RunStep> which, Func<RunStep, RunStep> change)
    {
        if (steps.FindIndex(from, which) is >= 0 and var index) steps[index] = change(steps[index]);
    }

    private static void Close(List<RunStep> steps, int from)
    {
        for (var index = from; index < steps.Count; index++) steps[index] = steps[index] with { IsOver = true };
    }

    // A line of another version of the module is skipped; the chain of hashes shows whether it was altered.
    private static T? Read<T>(LedgerLine line, JsonTypeInfo<T> json)
        where T : class
    {
        try
        {
            return line.Data.Deserialize(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
