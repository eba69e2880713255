using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Reports;

/// <summary>A report as SARIF 2.1.0: a rule for each check, a result for each one that did not pass.</summary>
internal static class SarifReport
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";
    private const string Repository = "https://github.com/RSOLV-dev/RsolvDeploy";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document.</summary>
    public static string Write(ReportData report)
    {
        var rules = report.Checks.DistinctBy(check => check.Id).ToList();
        var index = rules.Select((rule, at) => (rule.Id, at)).ToDictionary(one => one.Id, one => one.at, StringComparer.Ordinal);
        return new JsonObject
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "RsolvDeploy",
                        ["informationUri"] = Repository,
                        ["rules"] = new JsonArray([.. rules.Select(rule => (JsonNode)Rule(rule))]),
                    },
                },
                ["automationDetails"] = new JsonObject { ["id"] = $"rsolv/{report.Target}/{report.RunId}" },
                ["invocations"] = new JsonArray(new JsonObject
                {
                    ["executionSuccessful"] = report.Verdict == ReportVerdict.Succeeded,
                    ["startTimeUtc"] = Time(report.Started),
                    ["endTimeUtc"] = Time(report.Ended),
                }),
                ["results"] = new JsonArray(
                    [.. report.Attention.Select(check => (JsonNode)Result(report, check, index[check.Id]))]),
            }),
        }.ToJsonString(Format);
    }

    private static JsonObject Rule(ReportCheck check)
    {
        var rule = new JsonObject
        {
            ["id"] = check.Id,
            ["shortDescription"] = Message(check.Title),
            ["helpUri"] = $"{Repository}/blob/main/docs/checks.md",
        };
        if (check.Remedy is { Length: > 0 } remedy) rule["help"] = Message(remedy);
        return rule;
    }

    private static JsonObject Result(ReportData report, ReportCheck check, int rule) => new JsonObject
    {
        ["ruleId"] = check.Id,
        ["ruleIndex"] = rule,
        ["kind"] = check.Status == CheckStatus.Manual ? "review" : "fail",
        ["level"] = check.Status switch
        {
            CheckStatus.Failed => check.Severity == CheckSeverity.Required ? "error" : "warning",
            CheckStatus.Manual => "none",
            _ => "warning",
        },
        ["message"] = Message(check.Evidence.Length > 0 ? check.Evidence : check.Title),
        ["locations"] = new JsonArray(new JsonObject
        {
            ["logicalLocations"] = new JsonArray(new JsonObject
            {
                ["name"] = report.Target,
                ["fullyQualifiedName"] = $"{report.Deployment}/{check.Id}",
                ["kind"] = "resource",
            }),
        }),
        ["partialFingerprints"] = new JsonObject { ["checkId/v1"] = $"{report.Target}/{check.Id}" },
    };

    // In SARIF brackets are links and braces are placeholders.
    private static JsonObject Message(string text) => new()
    {
        ["text"] = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal)
            .Replace("{", "{{", StringComparison.Ordinal)
            .Replace("}", "}}", StringComparison.Ordinal),
    };

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
