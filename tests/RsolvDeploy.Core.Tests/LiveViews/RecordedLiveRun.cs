using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using RsolvDeploy.Reporting;
using RsolvDeploy.Reporting.Live;

namespace RsolvDeploy.Core.Tests.LiveViews;

/// <summary>A release whose new pods crash, and its rollback, as the live view shows them in a terminal.</summary>
internal sealed class RecordedLiveRun
{
    private const string Rollout = "Rolling out rsolv-platform";
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MinimalView _screen;
    private readonly LiveView _view;

    /// <param name="width">The columns of the terminal.</param>
    /// <param name="height">Its lines.</param>
    public RecordedLiveRun(int width, int height)
    {
        _screen = new MinimalView(width);
        _view = new LiveView(_screen.Show, _clock) { Size = new ViewSize(width, height) };
    }

    /// <summary>The screen after each change, with the time of the run.</summary>
    public IReadOnlyList<(string Time, IReadOnlyList<string> Lines)> Play()
    {
        List<(string Time, IReadOnlyList<string> Lines)> screens = [];
        foreach (var (second, change) in Changes())
        {
            while (_clock.GetUtcNow() < Start.AddSeconds(second)) _clock.Advance(TimeSpan.FromSeconds(1));
            change();
            _clock.Advance(TimeSpan.FromSeconds(1));
            screens.Add(((_clock.GetUtcNow() - Start).ToString("h':'mm':'ss", CultureInfo.InvariantCulture), _screen.Lines));
        }

        foreach (var row in _view.Complete()) _screen.Show(row);
        screens.Add(("end", _screen.Lines));
        return screens;
    }

    private IEnumerable<(int Second, Action Change)> Changes()
    {
        var waiting = Pod("4", "x7k2p", "Pending", 2);
        var running = Pod("4", "lq8zd", "Running", 2) with { Ready = true };
        var crashed = waiting with
        {
            Phase = "CrashLoopBackOff",
            Restarts = 1,
            Reason = "Container rsolv-platform ends with exit code 1 again and again (1 restart).",
        };
        yield return (0, () => _view.Show(Phase(8, "Update", 7, 15)));
        yield return (2, () => Show("0 of 3 ready, 3 old", 0, waiting, running with { Phase = "ContainerCreating", Ready = false }));
        yield return (9, () => Show("1 of 3 ready, 2 old", 33, waiting with { Phase = "Running" }, running));
        yield return (24, Crash);
        yield return (95, () => Show("1 of 3 ready, 2 old; CrashLoop", 33, crashed with { Restarts = 4 }, running));
        yield return (130, RollBack);
        yield return (135, () => Show("2 of 3 ready, 1 old", 66, Old("7d2vn", true), Old("mm5wt", true), Old("c9k4s", false)));
        yield return (144, () => Show("3 of 3 ready", 100, Old("7d2vn", true), Old("mm5wt", true), Old("c9k4s", true)));

        void Crash()
        {
            Show("1 of 3 ready, 2 old; CrashLoop", 33, crashed, running);
            _view.Show(new LogUpdate(crashed.Name, ["** (RuntimeError) could not start application: no database"]));
        }

        void RollBack()
        {
            _view.Show(new ProgressUpdate(Rollout, "failed", Completed: true));
            _view.Show(Phase(8, "Update", 7, 15) with { IsEnd = true });
            _view.Show(Phase(9, "Rollback", 2, 5));
        }
    }

    private void Show(string status, int percent, params PodState[] pods)
    {
        _view.Show(new ProgressUpdate(Rollout, status, percent));
        _view.Show(new PodsUpdate(Rollout, pods));
    }

    private static PhaseUpdate Phase(int number, string name, int least, int most) => new(
        new PhaseResult(number, name, null)
        {
            Started = Start,
            Estimate = new PhaseEstimate(TimeSpan.FromMinutes(least), TimeSpan.FromMinutes(most), 0),
        },
        13,
        IsEnd: false);

    private static PodState Pod(string revision, string end, string phase, int second) =>
        new($"rsolv-platform-6c9d7b8f5-{end}", phase, false, 0, "node-1", null)
        {
            Revision = long.Parse(revision, CultureInfo.InvariantCulture),
            Created = Start.AddSeconds(second),
        };

    private static PodState Old(string end, bool isReady) =>
        new($"rsolv-platform-58c4d7f9b-{end}", "Running", isReady, 0, "node-1", null)
        {
            Revision = 3,
            Created = end == "c9k4s" ? Start.AddSeconds(132) : Start.AddDays(-6).AddHours(-3),
        };
}
