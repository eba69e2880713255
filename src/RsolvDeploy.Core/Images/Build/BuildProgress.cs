using System.Globalization;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Images.Build;

/// <summary>The progress of a build: its steps, their output, and the step that failed.</summary>
internal sealed class BuildProgress(string activity, SecretValues redaction, IReporter reporter)
{
    private const int LastLineCount = 20;

    private readonly Dictionary<string, TraceStep> _steps = [];
    private readonly Dictionary<string, StepOutput> _outputs = [];

    private TraceStep? _current;

    /// <summary>The step that failed, redacted; null when none did.</summary>
    public TraceStep? FailedStep { get; private set; }

    public int StepCount => _steps.Count;

    public int CachedSteps => _steps.Values.Count(step => step.Cached);

    public IReadOnlyList<string> LastLines(TraceStep step) =>
        _outputs.TryGetValue(step.Digest, out StepOutput? output) ? [.. output.LastLines().Select(redaction.Apply)] : [];

    public void Add(BuildTrace trace)
    {
        foreach (TraceStep step in trace.Steps) Add(step with { Name = redaction.Apply(step.Name), Error = redaction.Apply(step.Error) });
        foreach (TraceStatus status in trace.Statuses) Add(status);
        foreach (TraceLog log in trace.Logs) Add(log);
        // The output of a step may come after its end; its last line may have no line break.
        var changed = trace.Steps.Select(step => step.Digest).Concat(trace.Logs.Select(log => log.Step)).Distinct();
        foreach (string digest in changed.Where(digest => _steps.TryGetValue(digest, out TraceStep? step) && step.Completed)) End(digest);
        foreach (string warning in trace.Warnings) reporter.Warning($"The build warns: {redaction.Apply(warning)}");
    }

    /// <summary>Adds a line of the classic builder: <c>Step 2/5 : RUN …</c>, then the output of the step.</summary>
    public void Add(string text)
    {
        if (text.StartsWith("Step ", StringComparison.Ordinal))
        {
            if (_current is { } before) Add(before with { Completed = true });
            string name = redaction.Apply(text.TrimEnd());
            Add(_current = new TraceStep(name, name, Cached: false, Started: true, Completed: false, ""));
        }
        else if (_current is { } step)
        {
            if (text.Contains("---> Using cache", StringComparison.Ordinal)) _steps[step.Digest] = _current = step with { Cached = true };
            Add(new TraceLog(step.Digest, System.Text.Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>Adds an error of the classic builder, which does not name the step: it is the current one.</summary>
    public void Fail(string error)
    {
        if (_current is { } step) Add(step with { Completed = true, Error = redaction.Apply(error) });
    }

    public void Complete() => reporter.Progress(new ProgressUpdate(activity, "Ended", 100, Completed: true));

    private void Add(TraceStep step)
    {
        bool isNew = !_steps.TryGetValue(step.Digest, out TraceStep? before);
        _steps[step.Digest] = step;
        // When a step fails, the others are cancelled and report an error too.
        if (step.Error.Length > 0 && (FailedStep is null || IsCancelled(FailedStep)) && !(IsCancelled(step) && FailedStep is not null))
            FailedStep = step;
        if (step.Completed && before?.Completed != true)
            reporter.Verbose($"{step.Name}: {(step.Error.Length > 0 ? "failed" : step.Cached ? "cached" : "done")}");
        if (isNew || step.Started) Show(step.Name);
    }

    private void Add(TraceStatus status)
    {
        if (status.Completed || !_steps.TryGetValue(status.Step, out TraceStep? step)) return;
        string amount = status.Total > 0 ? string.Create(CultureInfo.InvariantCulture, $" {status.Current * 100 / status.Total}%")
            : status.Current > 0 ? $" {ByteSize.Format(status.Current)}" : "";
        Show($"{step.Name}: {redaction.Apply(status.Id)}{amount}");
    }

    private void Add(TraceLog log)
    {
        if (!_outputs.TryGetValue(log.Step, out StepOutput? output)) _outputs[log.Step] = output = new StepOutput(LastLineCount);
        foreach (string line in output.Add(log.Text)) reporter.Verbose($"  {redaction.Apply(line)}");
    }

    private void End(string digest)
    {
        if (_outputs.TryGetValue(digest, out StepOutput? output) && output.End() is { } line)
            reporter.Verbose($"  {redaction.Apply(line)}");
    }

    private void Show(string status) => reporter.Progress(new ProgressUpdate(
        activity, status, _steps.Count == 0 ? null : _steps.Values.Count(s => s.Completed) * 100 / _steps.Count));

    private static bool IsCancelled(TraceStep step) => step.Error.Contains("context canceled", StringComparison.Ordinal);
}
