using System.Net.Http.Json;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A real Alertmanager without peers. The alert Other of another team inhibits those that carry <c>inhibit="yes"</c>.</summary>
internal static class AlertmanagerServer
{
    private const string Configuration = """
        route: { receiver: rsolv-oncall, group_wait: 1s }
        receivers: [{ name: rsolv-oncall }]
        inhibit_rules:
          - { source_matchers: ['alertname="Other"'], target_matchers: ['inhibit="yes"'] }
        """;

    public static Task<PrometheusProgram> StartAsync(CancellationToken ct) =>
        PrometheusProgram.StartAsync(
            "prometheus-alertmanager",
            new Dictionary<string, string> { ["alertmanager.yml"] = Configuration },
            (folder, port) =>
            [
                $"--config.file={folder}/alertmanager.yml", $"--storage.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=", "--log.level=warn",
            ],
            ct);

    /// <summary>Silences an alert for an hour.</summary>
    /// <returns>When the silence ends.</returns>
    public static async Task<DateTimeOffset> SilenceAsync(PrometheusProgram alertmanager, string alert, CancellationToken ct)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var http = new HttpClient { BaseAddress = alertmanager.Address };
        using HttpResponseMessage response = await http.PostAsJsonAsync("api/v2/silences", new
        {
            matchers = new[] { new { name = "alertname", value = alert, isRegex = false, isEqual = true } },
            startsAt = now,
            endsAt = now.AddHours(1),
            createdBy = "alice",
            comment = "load test",
        }, ct);
        response.EnsureSuccessStatusCode();
        return now.AddHours(1);
    }
}
