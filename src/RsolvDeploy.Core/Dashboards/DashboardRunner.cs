using RsolvDeploy.Dashboards.Api;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Dashboards.Panels;
using RsolvDeploy.Dashboards.Variables;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Dashboards;

/// <summary>
/// Reads a dashboard, resolves its variables and runs its panels. Each stage is a task of its own, so that a check waits for no
/// more than it needs.
/// </summary>
internal sealed class DashboardRunner : IDisposable
{
    private static readonly TimeSpan ShortestRange = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(1);

    private readonly StepContext _context;
    private readonly Lazy<GrafanaClient> _client;
    private readonly Lazy<Task<Dashboard>> _dashboard;
    private readonly Lazy<Task<DashboardRun>> _resolved;
    private readonly Lazy<Task<DashboardRun>> _run;
    private Task<DataSources>? _sources;

    /// <summary>Prepares to read; nothing is sent yet.</summary>
    /// <param name="context">The context of the step. Its target has a Grafana.</param>
    /// <param name="specified">The uid or link of another dashboard than the target's; null for the target's.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Errors.DeployException"><c>DashboardInvalid</c>.</exception>
    public DashboardRunner(StepContext context, string? specified, CancellationToken ct)
    {
        _context = context;
        Link = DashboardAccess.LinkOf(context, specified);
        _client = new Lazy<GrafanaClient>(() => DashboardAccess.Open(context, Link.Organization));
        _dashboard = new Lazy<Task<Dashboard>>(() => ReadAsync(ct));
        _resolved = new Lazy<Task<DashboardRun>>(() => ResolveAsync(ct));
        _run = new Lazy<Task<DashboardRun>>(() => RunAsync(ct));
    }

    /// <summary>The dashboard, with what its link selects.</summary>
    public DashboardLink Link { get; }

    /// <summary>Whether each query runs alone, so that its duration is its own.</summary>
    public bool RunsAlone { get; init; }

    /// <summary>The time now.</summary>
    public DateTimeOffset Now => _context.Clock.GetUtcNow();

    /// <summary>The dashboard.</summary>
    public Task<Dashboard> Dashboard => _dashboard.Value;

    /// <summary>The dashboard with its variables; no panel is run.</summary>
    public Task<DashboardRun> Resolved => _resolved.Value;

    /// <summary>The dashboard with all panels run.</summary>
    public Task<DashboardRun> Run => _run.Value;

    /// <summary>The name of the variable that selects the environment.</summary>
    public string EnvironmentVariable => _context.Target.Grafana?.EnvironmentVariable ?? "environment";

    /// <summary>Runs the panels of the target's dashboard: data, no data, or an error for each.</summary>
    /// <exception cref="Errors.DeployException">The dashboard cannot be read.</exception>
    public static async Task<DashboardRun> RunPanelsAsync(StepContext context, CancellationToken ct)
    {
        using var runner = new DashboardRunner(context, null, ct);
        return await runner.Run;
    }

    /// <summary>The default range of the dashboard, or of the link; null when it is not set or cannot be read.</summary>
    public TimeRange? DefaultRangeOf(Dashboard dashboard)
    {
        var zone = TimeExpression.Zone(dashboard.TimeZone, _context.Clock);
        var (now, from, to) = (Now, Link.From ?? dashboard.From, Link.To ?? dashboard.To);
        return TimeExpression.Parse(from, now, zone, isEnd: false) is { } start
            && TimeExpression.Parse(to, now, zone, isEnd: true) is { } end
            ? new TimeRange(start, end)
            : null;
    }

    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
    }

    private async Task<Dashboard> ReadAsync(CancellationToken ct)
    {
        var client = _client.Value;
        _sources = SourcesAsync(client, ct);
        _ = _sources.ContinueWith(static done => _ = done.Exception, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var response = await client.GetDashboardAsync(Link.Uid, ct);
        return DashboardReader.Read(response)
            ?? throw GrafanaFaults.NotUnderstood(client.Where, $"the dashboard {Link.Uid}", "it is of no schema that is known");
    }

    private static async Task<DataSources> SourcesAsync(GrafanaClient client, CancellationToken ct) =>
        new(await client.GetDataSourcesAsync(ct));

    private async Task<DashboardRun> ResolveAsync(CancellationToken ct)
    {
        var dashboard = await Dashboard;
        var range = RangeOf(dashboard);
        var selected = Link.Values.ToDictionary(one => one.Key, one => one.Value);
        if (dashboard.Variables.Any(variable => variable.Name == EnvironmentVariable))
            selected.TryAdd(EnvironmentVariable, [_context.Target.Environment]);
        var resolver = new VariableResolver(_client.Value, await _sources!, range, selected);
        return new DashboardRun(dashboard, await resolver.ResolveAsync(dashboard.Variables, ct), range, []);
    }

    private async Task<DashboardRun> RunAsync(CancellationToken ct)
    {
        var resolved = await Resolved;
        var zone = TimeExpression.Zone(resolved.Dashboard.TimeZone, _context.Clock);
        var scope = new PanelScope(resolved.Dashboard, resolved.Variables, resolved.Range, zone);
        return resolved with
        {
            Panels = await new PanelRunner(_client.Value, await _sources!, scope) { Clock = _context.Clock, RunsAlone = RunsAlone }
                .RunAsync(resolved.Dashboard.Panels, ct),
        };
    }

    // The range of the deployment, so that data from before does not count; without one, what the dashboard shows.
    private TimeRange RangeOf(Dashboard dashboard)
    {
        var now = Now;
        if (DeploymentTime.StartOf(_context) is { } start)
            return new TimeRange(start < now - ShortestRange ? start : now - ShortestRange, now);
        return DefaultRangeOf(dashboard) is { } shown && shown.Length > TimeSpan.Zero ? shown : new TimeRange(now - DefaultRange, now);
    }
}
