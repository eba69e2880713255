using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A small platform on loopback: its health document and the RFC-060 metrics.</summary>
internal sealed class PrometheusPlatform : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PrometheusPlatform(WebApplication app, string environment)
    {
        _app = app;
        app.MapGet("/health", () => Results.Json(new { status = "ok", database = "ok", redis = "ok" }));
        app.MapGet("/metrics", () => IsBroken
            ? Results.StatusCode(StatusCodes.Status500InternalServerError)
            : Results.Text(Exposition(environment) + Additional(), "text/plain; version=0.0.4; charset=utf-8"));
    }

    /// <summary>What is added to the metrics at each scrape.</summary>
    public Func<string> Additional { get; set; } = () => "";

    /// <summary>Whether each scrape fails.</summary>
    public bool IsBroken { get; set; }

    public Uri Address => new(_app.Urls.Single());

    /// <param name="environment">The value of the label <c>environment</c>; empty for metrics without it.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<PrometheusPlatform> StartAsync(string environment, CancellationToken ct)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var platform = new PrometheusPlatform(app, environment);
        await app.StartAsync(ct);
        return platform;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Exposition(string environment)
    {
        string label = environment.Length == 0 ? "" : $",environment=\"{environment}\"";
        return $$"""
            # HELP rsolv_validation_executions_total Validations, by how they ended.
            # TYPE rsolv_validation_executions_total counter
            rsolv_validation_executions_total{status="completed"{{label}}} 12
            rsolv_validation_executions_total{status="failed"{{label}}} 0
            # TYPE rsolv_validation_tests_generated_total counter
            rsolv_validation_tests_generated_total{language="javascript"{{label}}} 31
            # TYPE rsolv_validation_duration_seconds histogram
            rsolv_validation_duration_seconds_bucket{le="60"{{label}}} 3
            rsolv_validation_duration_seconds_bucket{le="+Inf"{{label}}} 12
            rsolv_validation_duration_seconds_sum{status="completed"{{label}}} 1180.25
            rsolv_validation_duration_seconds_count{status="completed"{{label}}} 12
            # TYPE rsolv_mitigation_executions_total counter
            rsolv_mitigation_executions_total{status="completed"{{label}}} 7
            # TYPE rsolv_mitigation_trust_score_value summary
            rsolv_mitigation_trust_score_value_sum{framework="express"{{label}}} 640
            rsolv_mitigation_trust_score_value_count{framework="express"{{label}}} 7

            """;
    }
}
