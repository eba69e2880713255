namespace RsolvDeploy.Monitoring;

/// <summary>An alerting rule that Prometheus has loaded.</summary>
/// <param name="Name">The alert's name.</param>
/// <param name="Group">The group it belongs to.</param>
/// <param name="Interval">How often the group is evaluated.</param>
/// <param name="Health"><c>ok</c>, <c>err</c> (<c>error</c> of Grafana), or <c>unknown</c> before the first evaluation.</param>
/// <param name="LastError">Why the last evaluation failed; empty when it did not.</param>
/// <param name="LastEvaluation">When it was last evaluated; null when it never was, or the server does not show it.</param>
/// <param name="Labels">The labels the rule gives its alerts.</param>
internal sealed record PrometheusAlertRule(
    string Name, string Group, TimeSpan Interval, string Health, string LastError, DateTimeOffset? LastEvaluation,
    IReadOnlyDictionary<string, string> Labels)
{
    public bool WasEvaluated => Health != "unknown";
}

/// <summary>All alerting rules at one time.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="At">The time by Prometheus' own clock.</param>
internal sealed record PrometheusRules(IReadOnlyList<PrometheusAlertRule> Rules, DateTimeOffset At);

/// <summary>An alert whose condition holds.</summary>
/// <param name="Labels">Its labels, <c>alertname</c> among them.</param>
/// <param name="State"><c>firing</c>, or <c>pending</c> while it has not held for long enough.</param>
internal sealed record PrometheusAlert(IReadOnlyDictionary<string, string> Labels, string State)
{
    public string Name => Labels.GetValueOrDefault("alertname", "?");
}
