using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RsolvDeploy.Services.Tests.Fixtures;

namespace RsolvDeploy.Services.Tests.Expositions;

/// <summary>Lets a real Prometheus scrape many inputs, each as a target of its own.</summary>
internal static class ScrapeOracle
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>The verdicts in the order of the inputs.</summary>
    /// <param name="program">The name or the path of Prometheus.</param>
    /// <param name="inputs">What the targets respond with.</param>
    /// <param name="fallbackProtocol">The job's <c>fallback_scrape_protocol</c>; null for none.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<IReadOnlyList<ScrapeVerdict>> ScrapeAsync(
        string program, IReadOnlyList<ExpositionInput> inputs, string? fallbackProtocol, CancellationToken ct)
    {
        await using WebApplication app = await ServeAsync(inputs, ct);
        string authority = new Uri(app.Urls.Single()).Authority;
        var files = new Dictionary<string, string> { ["prometheus.yml"] = Configuration(inputs.Count, authority, fallbackProtocol) };
        await using PrometheusProgram prometheus = await PrometheusProgram.StartAsync(
            program,
            files,
            (folder, port) =>
            [
                $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=error",
            ],
            ct);
        using var http = new HttpClient { BaseAddress = prometheus.Address };
        var verdicts = new ScrapeVerdict?[inputs.Count];
        bool done = await Polling.UntilAsync(
            async () =>
            {
                await ReadAsync(http, verdicts, ct);
                return Array.TrueForAll(verdicts, verdict => verdict is not null);
            },
            Timeout,
            ct);
        Assert.True(done, $"Prometheus did not scrape {verdicts.Count(verdict => verdict is null)} of {inputs.Count} inputs.");
        return verdicts!;
    }

    private static async Task<WebApplication> ServeAsync(IReadOnlyList<ExpositionInput> inputs, CancellationToken ct)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapGet("/{index:int}", async (int index, HttpContext context) =>
        {
            ExpositionInput input = inputs[index];
            if (input.ContentType is not null) context.Response.Headers.ContentType = input.ContentType;
            await context.Response.Body.WriteAsync(input.Body, context.RequestAborted);
        });
        await app.StartAsync(ct);
        return app;
    }

    private static string Configuration(int count, string authority, string? fallbackProtocol)
    {
        int interval = Math.Max(2, count / 400);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"global: {{ scrape_interval: {interval}s, scrape_timeout: {interval}s }}\n");
        text.Append("scrape_configs:\n  - job_name: inputs\n");
        if (fallbackProtocol is not null) text.Append(CultureInfo.InvariantCulture, $"    fallback_scrape_protocol: {fallbackProtocol}\n");
        text.Append("    static_configs:\n");
        for (int index = 0; index < count; index++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"      - {{ targets: ['{authority}'], labels: {{ __metrics_path__: '/{index}', oracle_input: '{index}' }} }}\n");
        }

        return text.ToString();
    }

    private static async Task ReadAsync(HttpClient http, ScrapeVerdict?[] verdicts, CancellationToken ct)
    {
        await using Stream body = await http.GetStreamAsync(new Uri("api/v1/targets?state=active", UriKind.Relative), ct);
        using JsonDocument document = await JsonDocument.ParseAsync(body, cancellationToken: ct);
        foreach (JsonElement target in document.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray())
        {
            string health = target.GetProperty("health").GetString()!;
            string error = target.GetProperty("lastError").GetString()!;
            // A busy machine is no verdict on the input; the next scrape is.
            if (health == "unknown" || error.Contains("deadline exceeded", StringComparison.Ordinal)) continue;
            int index = int.Parse(target.GetProperty("labels").GetProperty("oracle_input").GetString()!, CultureInfo.InvariantCulture);
            verdicts[index] = new ScrapeVerdict(health == "up", error);
        }
    }
}
