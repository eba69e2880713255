using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Sandbox.Platform;

/// <summary>The platform as users reach it through the ingress.</summary>
internal sealed class PlatformEndpoints(PlatformState state, FaultInjector faults)
{
    public void Map(WebApplication app)
    {
        app.Use(ServeAsync);
        app.MapGet("/", () => Results.Content("<!doctype html><title>RSOLV</title><h1>RSOLV</h1>\n", "text/html; charset=utf-8"));
        app.MapMethods("/health", ["GET", "HEAD"], Health);
        app.MapMethods("/api/health", ["GET", "HEAD"], Health);
        app.MapGet("/metrics", Metrics);
        app.MapPost("/api/v1/phases/store", (Delegate)StorePhaseAsync);
    }

    private async Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        long began = Stopwatch.GetTimestamp();
        var pod = state.Next();
        if (pod is null)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync("no pod of rsolv-platform is ready\n", http.RequestAborted);
            return;
        }

        http.Items[typeof(PlatformPod)] = pod;
        if (ShouldFail(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await http.Response.WriteAsJsonAsync(
                new JsonObject { ["status"] = "unhealthy", ["database"] = "error", ["redis"] = "ok" }, http.RequestAborted);
        }
        else
        {
            await next(http);
        }

        state.Metrics.AddRequest(http.Request.Method, http.Response.StatusCode, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>A scrape does not use up a fault, so that the number of failing requests of the operator is predictable.</summary>
    private bool ShouldFail(HttpRequest request) => request.Headers.UserAgent.ToString().StartsWith("Prometheus/", StringComparison.Ordinal)
        ? faults.IsActive(Fault.Platform5xx)
        : faults.IsActive(Fault.RequestsFail) || faults.Take(Fault.Platform5xx);

    private static IResult Health(HttpContext http)
    {
        var pod = Pod(http);
        return Results.Json(new JsonObject
        {
            ["status"] = "healthy",
            ["database"] = "ok",
            ["redis"] = "ok",
            ["services"] = new JsonObject { ["postgresql"] = "ok", ["redis"] = "ok" },
            ["image"] = pod.Image,
            ["pod"] = pod.Name,
            ["uptime"] = Math.Round((DateTimeOffset.UtcNow - pod.Started).TotalSeconds, 3),
        });
    }

    private IResult Metrics(HttpContext http) => Results.Text(
        state.Metrics.Write(Pod(http), faults.IsActive(Fault.AlertFiring)), "text/plain; version=0.0.4; charset=utf-8");

    private async Task<IResult> StorePhaseAsync(HttpContext http)
    {
        if (http.Request.Headers["x-api-key"] != state.ApiKey)
            return Refuse(StatusCodes.Status401Unauthorized, "Invalid API key");

        JsonObject body;
        try
        {
            body = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))?.AsObject() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse(StatusCodes.Status400BadRequest, "The body is not a JSON object");
        }

        var (report, error) = Read(body);
        if (report is null)
            return Refuse(StatusCodes.Status422UnprocessableEntity, error);
        string key = http.Request.Headers["Idempotency-Key"].ToString();
        if (state.Phases.Find(key, body, out bool isOther) is { } stored)
        {
            return isOther
                ? Refuse(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for another request")
                : Results.Json(stored, statusCode: StatusCodes.Status201Created);
        }

        string phase = (string)body["phase"]!;
        var response = new JsonObject { ["success"] = true, ["id"] = Guid.NewGuid().ToString(), ["phase"] = phase };
        state.Phases.Add(key, body, response);
        Count(phase, report);
        if (faults.Take(Fault.LostResponse)) http.Abort();
        return Results.Json(response, statusCode: StatusCodes.Status201Created);
    }

    private void Count(string phase, PhaseReport report)
    {
        int times = faults.IsActive(Fault.CountsNothing) ? 0 : faults.IsActive(Fault.CountsTwice) ? 2 : 1;
        for (int i = 0; i < times; i++)
        {
            if (phase.StartsWith("validat", StringComparison.Ordinal)) state.Metrics.AddValidation(report);
            else state.Metrics.AddMitigation(report);
        }
    }

    private static (PhaseReport? Report, string Error) Read(JsonObject body)
    {
        if (Text(body, "phase") is not ("validate" or "validation" or "mitigate" or "mitigation"))
            return (null, "phase has to be validation or mitigation");
        if (Text(body, "repo") is not { Length: > 0 } repo)
            return (null, "repo is missing");
        if (body["issue_number"]?.GetValueKind() != JsonValueKind.Number)
            return (null, "issue_number is missing");
        if (body["data"] is not JsonObject data)
            return (null, "data is missing");
        return (new PhaseReport(repo, Text(data, "language") ?? "unknown", Text(data, "framework") ?? "none")
        {
            Validated = data["validated"]?.GetValueKind() != JsonValueKind.False,
            TestsGenerated = Number(data, "tests_generated"),
            TestsFailed = Number(data, "tests_failed"),
            FilesChanged = data["files_changed"] is JsonArray files ? files.Count : Number(data, "files_changed"),
            TrustScore = Number(data, "trust_score"),
        }, "");
    }

    private static string? Text(JsonObject body, string key) =>
        body[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static double Number(JsonObject body, string key) =>
        body[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? Math.Max(0, value.GetValue<double>()) : 0;

    private static IResult Refuse(int status, string error) => Results.Json(new JsonObject { ["error"] = error }, statusCode: status);

    private static PlatformPod Pod(HttpContext http) => (PlatformPod)http.Items[typeof(PlatformPod)]!;
}
