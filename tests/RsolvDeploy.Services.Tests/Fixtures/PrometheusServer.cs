namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real Prometheus that scrapes one address every second.</summary>
internal static class PrometheusServer
{
    public static Task<PrometheusProgram> StartAsync(string scraped, string rules, Uri? alertmanager, CancellationToken ct) =>
        PrometheusProgram.StartAsync(
            "prometheus",
            new Dictionary<string, string> { ["prometheus.yml"] = Configuration(scraped, alertmanager), ["rfc060.rules.yml"] = rules },
            (folder, port) =>
            [
                $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--rules.alert.resend-delay=1s", "--log.level=warn",
            ],
            ct);

    private static string Configuration(string scraped, Uri? alertmanager)
    {
        string alerting = alertmanager is null ? "" : $$"""
            alerting:
              alertmanagers:
                - static_configs: [{ targets: ['{{alertmanager.Authority}}'] }]

            """;
        return $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [rfc060.rules.yml]
            {{alerting}}
            scrape_configs:
              - job_name: rsolv-platform
                static_configs: [{ targets: ['{{scraped}}'] }]
            """;
    }
}
