namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real VictoriaMetrics that scrapes every second, and its vmalert, which evaluates the rules.</summary>
internal sealed class VictoriaMetricsServer : IAsyncDisposable
{
    private readonly PrometheusProgram _database;
    private readonly PrometheusProgram? _rules;

    private VictoriaMetricsServer(PrometheusProgram database, PrometheusProgram? rules) => (_database, _rules) = (database, rules);

    public Uri Address => _database.Address;

    /// <summary>Starts it; skips the test when it is not installed.</summary>
    /// <param name="scraped">The address that it scrapes.</param>
    /// <param name="rules">The rule file; null for no vmalert.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<VictoriaMetricsServer> StartAsync(string scraped, string? rules, CancellationToken ct)
    {
        int alerting = LoopbackPort.Free();
        var files = new Dictionary<string, string>
        {
            ["scrape.yml"] = $$"""
                global: { scrape_interval: 1s }
                scrape_configs:
                  - job_name: rsolv-platform
                    static_configs: [{ targets: ['{{scraped}}'] }]
                """,
        };
        PrometheusProgram database = await PrometheusProgram.StartAsync(
            "victoria-metrics",
            files,
            (folder, port) =>
            [
                $"-promscrape.config={folder}/scrape.yml", $"-storageDataPath={folder}/data", $"-httpListenAddr=127.0.0.1:{port}",
                .. rules is null ? Array.Empty<string>() : [$"-vmalert.proxyURL=http://127.0.0.1:{alerting}"],
            ],
            ct);
        if (rules is null) return new VictoriaMetricsServer(database, null);
        try
        {
            return new VictoriaMetricsServer(database, await PrometheusProgram.StartAsync(
                "vmalert",
                new Dictionary<string, string> { ["rules.yml"] = rules },
                (folder, _) =>
                [
                    $"-rule={folder}/rules.yml", $"-datasource.url={database.Address}", "-notifier.blackhole",
                    $"-httpListenAddr=127.0.0.1:{alerting}", "-evaluationInterval=1s",
                ],
                ct,
                port: alerting));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_rules is not null) await _rules.DisposeAsync();
        await _database.DisposeAsync();
    }
}
