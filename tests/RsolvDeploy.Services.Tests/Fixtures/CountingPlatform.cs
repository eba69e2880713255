using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A platform on loopback whose counters a test moves. Thread safe.</summary>
internal sealed class CountingPlatform : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly WebApplication _app;
    private readonly SortedDictionary<string, double> _counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _requests = new() { ["200"] = 0, ["500"] = 0 };
    private DateTimeOffset _started = DateTimeOffset.UtcNow.AddHours(-1);

    private CountingPlatform(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Whether it reports when its process started.</summary>
    public bool ReportsStart { get; set; } = true;

    /// <summary>How many requests it has served at each scrape, and how many of them failed.</summary>
    public (double All, double Failed) PerScrape { get; set; }

    /// <summary>Whether a scrape gets no response.</summary>
    public bool Hangs { get; set; }

    public static async Task<CountingPlatform> StartAsync(CancellationToken ct)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var platform = new CountingPlatform(app);
        app.MapGet("/health", () => Results.Json(new { status = "ok" }));
        app.MapGet("/metrics", (Delegate)platform.MetricsAsync);
        await app.StartAsync(ct);
        return platform;
    }

    /// <summary>Counts a validation and a mitigation.</summary>
    /// <param name="labels">The labels, as an exposition writes them.</param>
    /// <param name="times">How often.</param>
    public void Count(string labels, int times = 1)
    {
        lock (_gate)
        {
            Add($"rsolv_validation_executions_total{{{labels}}}", times);
            Add($"rsolv_mitigation_executions_total{{{labels}}}", times);
            Add($"rsolv_mitigation_trust_score_value_sum{{{labels}}}", 95 * times);
            Add($"rsolv_mitigation_trust_score_value_count{{{labels}}}", times);
        }
    }

    /// <summary>Begins anew, as a process that restarts does.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _counters.Clear();
            _started = DateTimeOffset.UtcNow;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Add(string series, double by) => _counters[series] = _counters.GetValueOrDefault(series) + by;

    private async Task<IResult> MetricsAsync(HttpContext http)
    {
        if (Hangs) await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var text = new StringBuilder();
        lock (_gate)
        {
            _requests["500"] += PerScrape.Failed;
            _requests["200"] += PerScrape.All - PerScrape.Failed;
            foreach ((string series, double value) in _counters) text.Append(CultureInfo.InvariantCulture, $"{series} {value}\n");
            foreach ((string status, double count) in _requests)
                text.Append(CultureInfo.InvariantCulture, $"http_requests_total{{status=\"{status}\"}} {count}\n");
            if (ReportsStart)
            {
                text.Append(
                    CultureInfo.InvariantCulture, $"process_start_time_seconds {_started.ToUnixTimeMilliseconds() / 1000.0:0.000}\n");
            }
        }

        return Results.Text(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
    }
}
