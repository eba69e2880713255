using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>An alerting rule of a rule file.</summary>
internal sealed record AlertRule(string Name, string Query, TimeSpan For, string Severity, string Summary)
{
    public Expression Expression { get; } = Parser.Parse(Query);

    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; } = [new("rfc", "060"), new("severity", Severity)];
}
