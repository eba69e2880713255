using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Configuration;

/// <summary>Reads the settings of the platform's own endpoints.</summary>
internal static class HealthReader
{
    public static HealthSettings Health(Settings health)
    {
        var fallback = new HealthSettings();
        return new HealthSettings
        {
            Path = health.TextOr("path", fallback.Path),
            Access = AccessSchema.Read(health),
            Under = health.Value<TimeSpan>("under") ?? fallback.Under,
            Samples = health.Value<int>("samples") ?? fallback.Samples,
            TlsDaysLeft = health.Value<int>("tlsDaysLeft") ?? fallback.TlsDaysLeft,
            Rules = [.. health.Items("rules").Select(Rule)],
        };
    }

    public static DocumentRule Rule(Settings rule) => new(rule.NeededText("id"), rule.NeededText("json"))
    {
        Is = rule.Text("is"),
        Not = rule.Text("not"),
        Below = rule.Value<double>("below"),
        Above = rule.Value<double>("above"),
    };

    public static MetricsEndpointSettings MetricsEndpoint(Settings endpoint)
    {
        var fallback = new MetricsEndpointSettings();
        return new MetricsEndpointSettings
        {
            Path = endpoint.TextOr("path", fallback.Path),
            Access = AccessSchema.Read(endpoint),
            Under = endpoint.Value<TimeSpan>("under") ?? fallback.Under,
            FallbackScrapeProtocol = endpoint.Text("fallbackScrapeProtocol"),
        };
    }
}
