namespace RsolvDeploy.Health;

/// <summary>Ids and titles of the checks <c>health.*</c>, in the order of the checklist.</summary>
internal static class HealthChecks
{
    public static readonly (string Id, string Title) Status = ("health.status", "The health endpoint answers 200 and says healthy");
    public static readonly (string Id, string Title) Metrics = ("health.metrics", "The metrics endpoint answers exposition text");
    public static readonly (string Id, string Title) MetricsDefined = ("health.metrics-defined", "The metric families are defined");
    public static readonly (string Id, string Title) ResponseTime = ("health.response-time", "The endpoints answer fast enough");
    public static readonly (string Id, string Title) No5xx = ("health.no-5xx", "No answer is a 5xx");
    public static readonly (string Id, string Title) Tls = ("health.tls", "The certificate is valid, trusted, and for the host");

    public static readonly IReadOnlyList<(string Id, string Title)> Essentials = [Status, Metrics, MetricsDefined];
    public static readonly IReadOnlyList<(string Id, string Title)> All = [Status, Metrics, MetricsDefined, ResponseTime, No5xx, Tls];
}
