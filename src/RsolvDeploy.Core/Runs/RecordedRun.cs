using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Runs;

/// <summary>What the ledger of a run says about it.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Text">What the ledger holds.</param>
/// <param name="IsRunning">Whether a process is in the middle of it.</param>
internal sealed record RecordedRun(RunFolder Folder, LedgerText Text, bool IsRunning)
{
    public static RecordedRun From(RunFolder folder) => new(folder, folder.Read(), folder.IsHeld());

    /// <summary>The steps of all pipelines of the run, in order.</summary>
    public IReadOnlyList<RunStep> Steps { get; } = StepsOf(Text.Lines);

    /// <summary>The place in <see cref="Steps"/> of the first step that was begun or was to come, and did not end; -1 for none.</summary>
    public int FirstOpen => Steps.ToList().FindIndex(step => step.Result is null && !step.IsOver);

    /// <summary>What the ledger says; with what is wrong with it, if something is.</summary>
    /// <param name="problem">What only others can tell, such as a history that knows more lines; null for nothing.</param>
    public RunRecord ToRecord(string? problem = null)
    {
        var first = Text.Lines.FirstOrDefault(line => line.Event == LedgerEvent.Run);
        return new RunRecord(Folder.Id, (Text.Problem ?? problem) is null ? State : RunState.Tampered)
        {
            TargetName = first?.Data["target"].Text() ?? "",
            ConfigurationPath = first?.Data["configuration"].Text(),
            Began = first?.Instant ?? default,
            Last = Text.Lines.Count > 0 ? Text.Lines[^1].Instant : default,
            Operator = first?.Actor ?? "",
            Reason = first?.Data["reason"].Text() ?? "",
            Phases = [.. Steps.Select(step => step.ToString())],
            Problem = Text.Problem ?? problem,
            Folder = Folder.Path,
        };
    }

    private RunState State => IsRunning ? RunState.Running
        : FirstOpen >= 0 || HasOpenIntent ? RunState.Interrupted
        : Steps.Any(step => step.Status is StepStatus.Failed or StepStatus.TimedOut || step is { Result: null, Facts: not null }) ? RunState.Failed
        : Steps.Count == 0 && Text.Lines.All(line => line.Event != LedgerEvent.Intent) ? RunState.Open
        : RunState.Completed;

    // Only what no step tells of: a step is looked up whatever its last intent was.
    private bool HasOpenIntent => Steps.Count == 0
        && Text.Lines.Where(line => line.Event == LedgerEvent.Intent).Select(line => line.Sequence)
            .Except(Text.Lines.Where(line => line.Event == LedgerEvent.Outcome).Select(line => line.Data["of"].Number() ?? 0)).Any();

    private static List<RunStep> StepsOf(IReadOnlyList<LedgerLine> lines)
    {
        List<RunStep> steps = [];
        var from = 0;
        foreach (var line in lines)
        {
            if (line.Event == LedgerEvent.Plan)
            {
                Close(steps, from);
                from = steps.Count;
                steps.AddRange((line.Data["commands"] as JsonArray ?? []).Select(command => Planned(command, line.Data["folder"].Text())));
            }

            if (line.Event == LedgerEvent.Ended) Close(steps, from);
            if (line.Event == LedgerEvent.Intent && steps.FindIndex(from, step => step is { Facts: not null, Result: null }) is >= 0 and var begun) steps[begun] = steps[begun] with { HasIntent = true };
            // The first of that name that has not ended: a pipeline may hold a command twice.
            var index = steps.FindIndex(from, step => step.Command == line.Data["command"].Text() && step.Result is null);
            if (index < 0) continue;
            if (line.Event == LedgerEvent.Step) steps[index] = steps[index] with { Facts = Both(steps[index].Facts, line.Data["facts"] as JsonObject ?? []), Started = line.Instant };
            if (line.Event == LedgerEvent.Result) steps[index] = steps[index] with { Result = line.Data };
        }

        return steps;
    }

    private static JsonObject Both(JsonObject? known, JsonObject more)
    {
        var both = (JsonObject)(known ?? []).DeepClone();
        foreach (var (name, value) in more) both[name] = value?.DeepClone();
        return both;
    }

    private static void Close(List<RunStep> steps, int from)
    {
        for (var index = from; index < steps.Count; index++) steps[index] = steps[index] with { IsOver = true };
    }

    private static RunStep Planned(JsonNode? command, string? folder) => new(command.At("name").Text() ?? "", command.At("parameters") as JsonObject ?? [])
    {
        IsFiltered = command.At("filtered")?.GetValue<bool>() == true,
        Folder = folder,
    };
}
