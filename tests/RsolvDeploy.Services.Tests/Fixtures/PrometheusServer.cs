namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real Prometheus that scrapes every second.</summary>
internal static class PrometheusServer
{
    private const string Web = "tls_server_config: { cert_file: server.pem, key_file: server.key }\n";

    public static Task<PrometheusProgram> StartAsync(string scraped, string rules, Uri? alertmanager, CancellationToken ct) =>
        StartAsync(new PrometheusSetup($"[{{ targets: ['{scraped}'] }}]", rules) { Alertmanager = alertmanager }, ct);

    public static Task<PrometheusProgram> StartAsync(PrometheusSetup setup, CancellationToken ct)
    {
        var files = new Dictionary<string, string> { ["prometheus.yml"] = Configuration(setup), ["rfc060.rules.yml"] = setup.Rules };
        if (setup.Past is { } past) files["past.txt"] = past;
        if (setup.Tls is { } tls) (files["web.yml"], files["server.pem"], files["server.key"]) = (Web, tls.Certificate, tls.Key);
        return PrometheusProgram.StartAsync(
            "prometheus",
            files,
            (folder, port) => setup.Past is not null && !Promtool.StoreBlocks($"{folder}/past.txt", $"{folder}/data")
                ? throw new InvalidOperationException("promtool could not store what was scraped before.")
                :
            [
                $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--rules.alert.resend-delay=1s", "--log.level=warn",
                .. setup.Tls is null ? Array.Empty<string>() : [$"--web.config.file={folder}/web.yml"],
            ],
            ct,
            setup.Tls is null ? "http" : "https");
    }

    private static string Configuration(PrometheusSetup setup)
    {
        string alerting = setup.Alertmanager is null ? "" : $$"""
            alerting:
              alertmanagers:
                - static_configs: [{ targets: ['{{setup.Alertmanager.Authority}}'] }]

            """;
        return $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [rfc060.rules.yml]
            {{alerting}}
            scrape_configs:
              - job_name: rsolv-platform
                static_configs: {{setup.Scrapes}}
            """;
    }
}
