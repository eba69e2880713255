using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings of the platform's own endpoints.</summary>
internal static class HealthSchema
{
    /// <summary>A rule for a value of a JSON document.</summary>
    public static readonly ObjectSchema Rule = new(
        Key("id", For(F.KubernetesLabel), "The name of the rule, as evidence shows it.") with { Required = true },
        Key("json", For(F.JsonPath), "JSON path into the document.") with { Required = true },
        Key("is", Text, "The value that it has to be."),
        Key("not", Text, "The value that it must not be."),
        Key("below", new NumberSchema(-1e15, 1e15), "The number that it has to be less than."),
        Key("above", new NumberSchema(-1e15, 1e15), "The number that it has to be more than."))
    { Atomic = true, ExactlyOne = ["is", "not", "below", "above"] };

    public static readonly ObjectSchema Health = new(
    [
        Key("path", For(F.UrlPath), "Path of the health endpoint.") with { Default = "/health" },
        Key("under", new DurationSchema(TimeSpan.FromMilliseconds(1), Day), "The longest response time allowed.") with { Default = "2s" },
        Key("samples", new IntegerSchema(1, 1000), "How many requests are measured.") with { Default = "10" },
        Key("tlsDaysLeft", new IntegerSchema(0, 3650), "The least days that the certificate has to be valid for.") with { Default = "14" },
        Key(
            "rules",
            new ObjectListSchema(Rule, "id"),
            "What values of the health document have to be; without rules its state at the top decides."),
        .. AccessSchema.Platform,
    ]);

    public static readonly ObjectSchema MetricsEndpoint = new(
    [
        Key("path", For(F.UrlPath), "Path of the metrics endpoint.") with { Default = "/metrics" },
        Key("under", new DurationSchema(TimeSpan.FromMilliseconds(1), Day), "The longest response time allowed.") with { Default = "1s" },
        Key(
            "fallbackScrapeProtocol",
            For(F.ScrapeProtocol),
            "The fallback_scrape_protocol of the scrape job, where the endpoint sends no content type or a wrong one."),
        .. AccessSchema.Platform,
    ]);
}
