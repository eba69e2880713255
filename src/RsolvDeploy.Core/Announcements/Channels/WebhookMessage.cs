using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Announcements.Channels;

/// <summary>An announcement as a CloudEvent. Its extension <c>text</c> is what webhooks in the manner of Slack show.</summary>
internal static class WebhookMessage
{
    /// <summary>The header of the signature.</summary>
    public const string SignatureHeader = "X-Rsolv-Signature";

    /// <summary>The body of the request.</summary>
    public static JsonObject Create(string id, AnnouncementKind kind, AnnouncementText text, ReportData report) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = id,
        ["source"] = $"/rsolvdeploy/{Uri.EscapeDataString(report.Target)}",
        ["type"] = $"dev.rsolv.deployment.{Type(kind)}",
        ["subject"] = report.Deployment,
        ["time"] = report.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["datacontenttype"] = "application/json",
        ["text"] = text.ToString(),
        ["data"] = new JsonObject
        {
            ["title"] = text.Title,
            ["facts"] = new JsonArray(
                [.. text.Facts.Select(fact => (JsonNode)new JsonObject { ["name"] = fact.Name, ["value"] = fact.Value })]),
            ["runId"] = report.RunId,
            ["target"] = report.Target,
            ["verdict"] = report.Verdict.ToString(),
            ["image"] = report.Change.Image,
            ["previousImage"] = report.Change.PreviousImage,
        },
    };

    /// <summary>
    /// The value of the signature header: <c>t=1764338574,v1=ab34…</c>, the HMAC-SHA256 of the time in seconds, a dot and the body.
    /// The time lets a receiver refuse a request that was recorded and sent again.
    /// </summary>
    public static string Sign(byte[] body, string key, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{time}."), .. body];
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed);
        return $"t={time},v1={Convert.ToHexString(hash).ToLowerInvariant()}";
    }

    private static string Type(AnnouncementKind kind) => kind switch
    {
        AnnouncementKind.Before => "started",
        AnnouncementKind.After => "succeeded",
        AnnouncementKind.RolledBack => "rolledback",
        _ => "failed",
    };
}
