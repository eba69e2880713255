using System.Diagnostics;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>Scrapes the platform into the store, as Prometheus does.</summary>
internal sealed class Scraper : IDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>How long ago the last scrape was while stale scrapes are injected.</summary>
    private static readonly TimeSpan Staleness = TimeSpan.FromMinutes(1);

    private readonly SeriesStore _store;
    private readonly FaultInjector _faults;
    private readonly string _environment;
    private readonly HttpClient _http = new() { Timeout = Timeout };
    private HashSet<LabelSet> _present = [];
    private bool _stale;
    private volatile ScrapeTarget _target;

    public Scraper(SeriesStore store, FaultInjector faults, Uri metrics, string environment)
    {
        _store = store;
        _faults = faults;
        _environment = environment;
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Prometheus/3.5.0");
        _target = new ScrapeTarget("rsolv-platform", metrics, new Dictionary<string, string>());
        _target = _target with { Labels = TargetLabels() };
    }

    public ScrapeTarget Target => _target;

    /// <summary>Scrapes once. Not reentrant.</summary>
    public async Task ScrapeAsync(CancellationToken ct)
    {
        if (_faults.IsActive(Fault.ScrapeStale))
        {
            StopScraping();
            return;
        }

        _stale = false;
        var labels = TargetLabels();
        var now = DateTimeOffset.UtcNow;
        long began = Stopwatch.GetTimestamp();
        var present = new HashSet<LabelSet>();
        string error = "";
        try
        {
            using var response = await _http.GetAsync(_target.Url, ct);
            if (!response.IsSuccessStatusCode)
                throw new HttpRequestException($"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
            foreach (var (series, value) in ExpositionReader.Read(await response.Content.ReadAsStringAsync(ct)).ToList())
            {
                var full = Merge(series, labels);
                present.Add(full);
                _store.Add(full, new Sample(now.ToUnixTimeMilliseconds(), value));
            }
        }
        catch (Exception e) when (e is HttpRequestException or FormatException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            error = e is OperationCanceledException ? "context deadline exceeded" : e.Message;
        }

        var took = Stopwatch.GetElapsedTime(began);
        long time = now.ToUnixTimeMilliseconds();
        foreach (var (name, value) in (ReadOnlySpan<(string, double)>)[
            ("up", error.Length == 0 ? 1 : 0),
            ("scrape_duration_seconds", took.TotalSeconds),
            ("scrape_samples_scraped", present.Count)])
        {
            var series = new LabelSet(labels).With(LabelSet.NameLabel, name);
            present.Add(series);
            _store.Add(series, new Sample(time, value));
        }

        // A series that is gone is marked as stale at once; otherwise queries return it for five more minutes.
        foreach (var gone in _present.Except(present))
            _store.Add(gone, new Sample(time, double.NaN));
        _present = present;
        _target = _target with
        {
            Labels = labels,
            Health = error.Length == 0 ? "up" : "down",
            LastError = error,
            LastScrape = now,
            LastDuration = took,
        };
    }

    public void Dispose() => _http.Dispose();

    private void StopScraping()
    {
        if (_stale)
            return;
        _stale = true;
        _store.Age((long)Staleness.TotalMilliseconds);
        _target = _target with { LastScrape = (_target.LastScrape ?? DateTimeOffset.UtcNow) - Staleness };
    }

    private static LabelSet Merge(LabelSet series, SortedDictionary<string, string> target)
    {
        var clashing = series.All.Where(l => target.ContainsKey(l.Key)).ToList();
        return series.Without([.. clashing.Select(l => l.Key)])
            .With(clashing.Select(l => KeyValuePair.Create("exported_" + l.Key, l.Value)))
            .With(target);
    }

    private SortedDictionary<string, string> TargetLabels()
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["instance"] = _target.Url.Authority,
            ["job"] = _target.Job,
        };
        if (!_faults.IsActive(Fault.MissingLabel))
            labels["environment"] = _environment;
        return labels;
    }
}
