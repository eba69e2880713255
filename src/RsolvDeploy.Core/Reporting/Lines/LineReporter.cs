using System.Globalization;

namespace RsolvDeploy.Reporting.Lines;

/// <summary>
/// Shows a deployment as lines of a log, for a CI system or a file: one line a change of state, and at least one a minute. Thread safe.
/// </summary>
/// <param name="inner">Gets verbose, warnings and information.</param>
/// <param name="dialect">How groups and errors are marked.</param>
/// <param name="write">Writes one line.</param>
/// <param name="clock">The clock.</param>
internal sealed class LineReporter(IReporter inner, ILineDialect dialect, Action<string> write, TimeProvider clock) : IReporter, IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly object _one = new();
    private readonly Dictionary<string, string> _pods = [];
    private ITimer? _timer;
    private PhaseUpdate? _phase;
    private long _started;
    private string _status = "";

    /// <inheritdoc/>
    public void Phase(PhaseUpdate update)
    {
        lock (_one)
        {
            var (phase, name) = (update.Phase, NameOf(update));
            if (!update.IsEnd)
            {
                (_phase, _started, _status) = (update, clock.GetTimestamp(), "");
                foreach (var line in dialect.Begin(name, clock.GetUtcNow())) write(line);
                Write($"{name} started{(phase.Estimate is { } estimate ? $", estimated {estimate}" : "")}");
                _timer ??= clock.CreateTimer(_ => Repeat(), null, Longest, Longest);
                return;
            }

            Write($"{name} {phase.Status} after {Elapsed(phase.Duration)}: {phase.Evidence}");
            if (phase.Status is StepStatus.Failed or StepStatus.TimedOut && dialect.Error(name, phase.Evidence) is { } error) write(error);
            foreach (var line in dialect.End(name, clock.GetUtcNow())) write(line);
            _phase = null;
            _pods.Clear();
        }
    }

    /// <inheritdoc/>
    public void State(string text)
    {
        lock (_one) Write(text);
    }

    /// <inheritdoc/>
    public void Pods(PodsUpdate update)
    {
        lock (_one)
        {
            foreach (var pod in update.Pods)
            {
                var text = $"pod {pod}{(pod.Revision is { } revision ? $", revision {revision}" : "")}";
                if (_pods.GetValueOrDefault(pod.Name) == text) continue;
                _pods[pod.Name] = text;
                Write(text);
            }
        }
    }

    /// <inheritdoc/>
    public void Log(LogUpdate update)
    {
        lock (_one)
        {
            foreach (var line in update.Lines) Write($"log of pod {update.Pod}: {line}");
        }
    }

    /// <inheritdoc/>
    public void Progress(ProgressUpdate update)
    {
        // A log holds changes of state; where the work stands is repeated once a minute.
        lock (_one) _status = update.Completed ? "" : $"{update.Activity}: {update.Status}";
    }

    /// <inheritdoc/>
    public void Verbose(string message) => inner.Verbose(message);

    /// <inheritdoc/>
    public void Warning(string message) => inner.Warning(message);

    /// <inheritdoc/>
    public void Information(string message) => inner.Information(message);

    /// <summary>Ends the repetition.</summary>
    public void Dispose()
    {
        lock (_one) _timer?.Dispose();
    }

    private void Repeat()
    {
        lock (_one)
        {
            if (_phase is not { } phase) return;
            Write($"{NameOf(phase)} runs for {Elapsed(clock.GetElapsedTime(_started))}{(_status.Length > 0 ? $"; {_status}" : "")}");
        }
    }

    // The line begins with the time, so that no text of a log begins a command of the CI system.
    private void Write(string text)
    {
        _timer?.Change(Longest, Longest);
        var safe = text.ReplaceLineEndings(" ").Replace("##", "# #", StringComparison.Ordinal);
        write($"{clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)} {safe}");
    }

    private static string NameOf(PhaseUpdate update) => $"Step {update.Phase.Number} of {update.Count}: {update.Phase.Name}";

    private static string Elapsed(TimeSpan time) => time.ToString("h':'mm':'ss", CultureInfo.InvariantCulture);
}
