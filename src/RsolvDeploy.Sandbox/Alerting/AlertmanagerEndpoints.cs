using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Sandbox.Monitoring;

namespace RsolvDeploy.Sandbox.Alerting;

/// <summary>Alertmanager's API v2 over the firing alerts of the sandbox: alerts, silences, receivers and status.</summary>
internal sealed class AlertmanagerEndpoints(Func<IEnumerable<ActiveAlert>> alerts, SilenceStore silences)
{
    /// <summary>Who is notified of every alert.</summary>
    public const string Receiver = "rsolv-oncall";

    public void Map(WebApplication app)
    {
        app.MapGet("/-/ready", () => Results.Text("OK"));
        app.MapGet("/-/healthy", () => Results.Text("OK"));
        app.MapGet("/api/v2/status", Status);
        app.MapGet("/api/v2/receivers", () => Results.Json(new JsonArray(new JsonObject { ["name"] = Receiver })));
        app.MapGet("/api/v2/alerts", Alerts);
        app.MapGet("/api/v2/silences", (HttpContext http) => Results.Json(new JsonArray(
            [.. silences.All.Reverse().Where(silence => IsFiltered(http, silence)).Select(ToJson)])));
        app.MapPost("/api/v2/silences", (Delegate)PostAsync);
        app.MapGet("/api/v2/silence/{id}", (string id) =>
            silences.All.FirstOrDefault(silence => silence.Id == id) is { } found ? Results.Json(ToJson(found)) : Results.NotFound());
        app.MapDelete("/api/v2/silence/{id}", (string id) =>
            silences.Expire(id, DateTimeOffset.UtcNow) ? Results.Ok() : Results.NotFound());
    }

    private IResult Alerts(HttpContext http)
    {
        var wanted = Filters(http);
        bool showSilenced = http.Request.Query["silenced"].ToString() != "false";
        bool showActive = http.Request.Query["active"].ToString() != "false";
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var found = new JsonArray();
        foreach (ActiveAlert alert in alerts().Where(alert => alert.State == "firing"))
        {
            var labels = alert.Labels.All.ToDictionary(label => label.Key, label => label.Value);
            string[] by = [.. silences.All.Where(silence => silence.Silences(labels, now)).Select(silence => silence.Id)];
            if (!wanted.TrueForAll(matcher => matcher.Matches(labels)) || !(by.Length > 0 ? showSilenced : showActive)) continue;
            found.Add(new JsonObject
            {
                ["annotations"] = new JsonObject { ["summary"] = alert.Summary },
                ["endsAt"] = Time(now.AddMinutes(4)),
                ["fingerprint"] = Fingerprint(labels),
                ["receivers"] = new JsonArray(new JsonObject { ["name"] = Receiver }),
                ["startsAt"] = Time(alert.ActiveAt),
                ["status"] = new JsonObject
                {
                    ["inhibitedBy"] = new JsonArray(),
                    ["silencedBy"] = new JsonArray([.. by.Select(id => (JsonNode)id)]),
                    ["state"] = by.Length > 0 ? "suppressed" : "active",
                },
                ["updatedAt"] = Time(now),
                ["generatorURL"] = "http://prometheus.sandbox/graph",
                ["labels"] = alert.Labels.ToJson(),
            });
        }

        return Results.Json(found);
    }

    private async Task<IResult> PostAsync(HttpContext http)
    {
        try
        {
            JsonNode body = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!;
            var silence = new Silence(
                (string?)body["id"] is { Length: > 0 } id ? id : Guid.NewGuid().ToString(),
                [.. body["matchers"]!.AsArray().Select(matcher => new Matcher(
                    (string)matcher!["name"]!,
                    (string)matcher["value"]!,
                    (bool)matcher["isRegex"]!,
                    (bool?)matcher["isEqual"] ?? true))],
                DateTimeOffset.Parse((string)body["startsAt"]!, CultureInfo.InvariantCulture),
                DateTimeOffset.Parse((string)body["endsAt"]!, CultureInfo.InvariantCulture),
                (string)body["createdBy"]!,
                (string)body["comment"]!);
            if (silence.Matchers.Count == 0) return Results.Json("at least one matcher required", statusCode: 400);
            silences.Set(silence);
            return Results.Json(new JsonObject { ["silenceID"] = silence.Id });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException
            or ArgumentException)
        {
            return Results.Json($"bad silence: {e.Message}", statusCode: 400);
        }
    }

    private static IResult Status() => Results.Json(new JsonObject
    {
        ["cluster"] = new JsonObject { ["status"] = "disabled" },
        ["config"] = new JsonObject { ["original"] = $"route: {{ receiver: {Receiver} }}\nreceivers: [{{ name: {Receiver} }}]\n" },
        ["uptime"] = Time(DateTimeOffset.UtcNow),
        ["versionInfo"] = new JsonObject
        {
            ["version"] = "0.27.0",
            ["revision"] = "rsolv-sandbox",
            ["branch"] = "HEAD",
            ["buildUser"] = "rsolv-sandbox",
            ["buildDate"] = "20260101-00:00:00",
            ["goVersion"] = "go1.22",
        },
    });

    private static JsonObject ToJson(Silence silence) => new()
    {
        ["id"] = silence.Id,
        ["status"] = new JsonObject { ["state"] = silence.StateAt(DateTimeOffset.UtcNow) },
        ["updatedAt"] = Time(silence.UpdatedAt),
        ["comment"] = silence.Comment,
        ["createdBy"] = silence.CreatedBy,
        ["endsAt"] = Time(silence.EndsAt),
        ["matchers"] = new JsonArray([.. silence.Matchers.Select(matcher => matcher.ToJson())]),
        ["startsAt"] = Time(silence.StartsAt),
    };

    // A filter of silences compares their matchers, not alerts.
    private static bool IsFiltered(HttpContext http, Silence silence) => Filters(http).TrueForAll(filter =>
        silence.Matchers.Any(matcher => matcher.Name == filter.Name && matcher.Value == filter.Value));

    private static List<Matcher> Filters(HttpContext http) =>
        [.. http.Request.Query["filter"].OfType<string>().Select(Matcher.Parse).OfType<Matcher>()];

    private static string Fingerprint(Dictionary<string, string> labels) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal)))))[..16];

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
