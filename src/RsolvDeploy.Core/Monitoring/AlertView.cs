namespace RsolvDeploy.Monitoring;

/// <summary>The alerts as Prometheus and Alertmanager show them.</summary>
/// <param name="Alerts">The pending and firing alerts.</param>
/// <param name="Rules">The rules that are loaded.</param>
/// <param name="Routing">What Alertmanager does with the alerts.</param>
internal sealed record AlertView(IReadOnlyList<PrometheusAlert> Alerts, PrometheusRules Rules, AlertmanagerState Routing)
{
    private const int MostNamed = 5;

    /// <summary>Alerts for people: the name, the environment, and what Alertmanager does with each.</summary>
    public string Names(IReadOnlyList<PrometheusAlert> alerts) => string.Join(", ", alerts.Take(MostNamed).Select(NameOf));

    private string NameOf(PrometheusAlert alert)
    {
        string[] notes = [alert.Labels.GetValueOrDefault("environment", ""), alert.State == "firing" ? Routing.Describe(alert) : ""];
        string note = string.Join(", ", notes.Where(one => one.Length > 0));
        return note.Length == 0 ? alert.Name : $"{alert.Name} ({note})";
    }
}
