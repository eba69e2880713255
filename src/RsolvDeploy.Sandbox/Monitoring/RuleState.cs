namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>A rule and the result of its last evaluation.</summary>
internal sealed record RuleState(AlertRule Rule)
{
    /// <summary><c>unknown</c>, <c>ok</c> or <c>err</c>.</summary>
    public string Health { get; init; } = "unknown";

    public string LastError { get; init; } = "";

    public DateTimeOffset? LastEvaluation { get; init; }

    public TimeSpan EvaluationTime { get; init; }

    public IReadOnlyList<ActiveAlert> Alerts { get; init; } = [];

    public string State => Alerts.Any(a => a.Firing) ? "firing" : Alerts.Count > 0 ? "pending" : "inactive";
}
