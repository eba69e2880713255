using System.Globalization;

namespace RsolvDeploy.Reporting.Live;

/// <summary>
/// What an operator sees while steps run: the phase, the activities, and the pods of the rollout as a table. A row changes at most five
/// times a second; times and ages every second. Thread safe.
/// </summary>
/// <param name="show">Shows a row.</param>
/// <param name="clock">The clock.</param>
internal sealed class LiveView(Action<LiveRow> show, TimeProvider clock)
{
    private const int PhaseId = 0;

    // PowerShell puts brackets, spaces and a reserve around the text of a row, and indents what is below another one.
    private const int Frame = 6;
    private const int Indent = 2;
    private const string PodPrefix = "pod ";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Shown> _rows = [];
    private readonly Dictionary<string, string> _logs = [];
    private (PhaseUpdate Update, long Since)? _phase;
    private readonly Dictionary<string, IReadOnlyList<PodState>> _pods = [];
    private ITimer? _timer;
    private bool _isPhaseShown;
    private bool _isEnded;

    /// <summary>The size of the terminal, which may change.</summary>
    public ViewSize Size { get; set; } = ViewSize.Default;

    /// <summary>Shows an activity.</summary>
    public void Show(ProgressUpdate update)
    {
        lock (_rows)
        {
            if (_isEnded || _rows.GetValueOrDefault(update.Activity)?.Row?.Completed == true) return;
            Write(update.Activity, new LiveRow(0, Root, update.Activity, update.Status)
            {
                Percent = update.Percent is { } percent ? Math.Clamp(percent, 0, 100) : null,
                Completed = update.Completed,
            });
            if (update.Completed && _pods.Remove(update.Activity)) ShowPods();
        }
    }

    /// <summary>Shows the phase of a deployment above its activities, with the time that it runs.</summary>
    public void Show(PhaseUpdate update)
    {
        lock (_rows)
        {
            if (_isEnded) return;
            _phase = update.IsEnd ? null : (update, clock.GetTimestamp());
            if (update.IsEnd) _pods.Clear();
            // The next phase may do the same once more.
            foreach (var ended in _rows.Values.Where(one => one.Row?.Completed == true)) ended.Row = null;
            Repeat();
        }
    }

    /// <summary>Shows the pods of a rollout; those that are gone are removed.</summary>
    public void Show(PodsUpdate update)
    {
        lock (_rows)
        {
            if (_isEnded) return;
            _pods[update.Activity] = update.Pods;
            ShowPods();
        }
    }

    /// <summary>Shows the newest log line of a pod that fails, below its row.</summary>
    public void Show(LogUpdate update)
    {
        lock (_rows)
        {
            if (_isEnded) return;
            _logs[update.Pod] = update.Lines[^1];
            ShowPods();
        }
    }

    /// <summary>Ends the view.</summary>
    /// <returns>What removes the rows that are still shown.</returns>
    public IReadOnlyList<LiveRow> Complete()
    {
        lock (_rows)
        {
            _timer?.Dispose();
            _isEnded = true;
            var open = _rows.Values.Select(one => one.Row).OfType<LiveRow>().Where(row => !row.Completed).Select(Ended).ToList();
            if (_isPhaseShown) open.Insert(0, Ended(new LiveRow(PhaseId, null, "Deploying", "")));
            return open;
        }
    }

    private int? Root => _isPhaseShown ? PhaseId : null;

    private void Repeat()
    {
        lock (_rows)
        {
            if (_isEnded) return;
            if (_phase is { } shown) ShowPhase(shown.Update, shown.Since);
            ShowPods();
        }
    }

    private void ShowPhase(PhaseUpdate update, long since)
    {
        _isPhaseShown = true;
        StartTimer();
        var elapsed = clock.GetElapsedTime(since).ToString("h':'mm':'ss", CultureInfo.InvariantCulture);
        var estimate = update.Phase.Estimate is { } known ? $", estimated {known}" : "";
        var status = $"step {update.Phase.Number} of {update.Count}: {update.Phase.Name}, {elapsed}{estimate}";
        show(new LiveRow(PhaseId, null, "Deploying", status)
        {
            Percent = Math.Clamp(100 * (update.Phase.Number - 1) / update.Count, 0, 100),
        });
    }

    private void ShowPods()
    {
        if (_pods.Count > 0) StartTimer();
        List<PodState> pods = [.. _pods.Values.SelectMany(one => one)];
        var others = _rows.Count(one => one.Value.Row?.Completed == false && !one.Key.StartsWith(PodPrefix, StringComparison.Ordinal));
        var (top, indent) = _isPhaseShown ? (1, Indent) : (0, 0);
        var rows = new PodTable(pods, _logs, clock.GetUtcNow()).Fit(Size.Width - indent - Frame, Size.Lines - top - others);
        HashSet<string> keys = [.. rows.Select(row => PodPrefix + row.Key)];
        foreach (var row in rows)
        {
            var parent = row.Parent is null ? Root : IdOf(PodPrefix + row.Parent);
            Write(PodPrefix + row.Key, new LiveRow(0, parent, row.Name, row.Text));
        }

        foreach (var (key, gone) in _rows)
        {
            if (gone.Row?.Completed != false || !key.StartsWith(PodPrefix, StringComparison.Ordinal) || keys.Contains(key)) continue;
            gone.Row = Ended(gone.Row);
            show(gone.Row);
        }
    }

    private void StartTimer() => _timer ??= clock.CreateTimer(_ => Repeat(), null, Second, Second);

    private int IdOf(string key)
    {
        if (!_rows.TryGetValue(key, out var known)) _rows.Add(key, known = new Shown(_rows.Count + 1));
        return known.Id;
    }

    private void Write(string key, LiveRow row)
    {
        var next = row with { Id = IdOf(key), Activity = Line(row.Activity), Status = Line(row.Status) };
        var known = _rows[key];
        if (next == known.Row) return;
        if (!next.Completed && known.Row is { Completed: false } && clock.GetElapsedTime(known.At) < Interval) return;
        (known.Row, known.At) = (next, clock.GetTimestamp());
        show(next);
    }

    private static LiveRow Ended(LiveRow row) => row with { Status = "Done", Completed = true };

    // A log line of a stranger must not move the cursor.
    private static string Line(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(one => char.IsControl(one) ? ' ' : one))
        : text;

    private sealed class Shown(int id)
    {
        public int Id { get; } = id;

        public LiveRow? Row { get; set; }

        public long At { get; set; }
    }
}
