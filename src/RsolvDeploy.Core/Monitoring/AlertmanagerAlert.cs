namespace RsolvDeploy.Monitoring;

/// <summary>An alert that Alertmanager received.</summary>
/// <param name="Labels">Its labels; those of the server that sent it are among them.</param>
/// <param name="Fingerprint">What other alerts name it by.</param>
internal sealed record AlertmanagerAlert(IReadOnlyDictionary<string, string> Labels, string Fingerprint)
{
    private const string NameLabel = "alertname";

    /// <summary>The ids of the silences that suppress it.</summary>
    public IReadOnlyList<string> SilencedBy { get; init; } = [];

    /// <summary>The fingerprints of the alerts that inhibit it.</summary>
    public IReadOnlyList<string> InhibitedBy { get; init; } = [];

    /// <summary>The time intervals that mute it.</summary>
    public IReadOnlyList<string> MutedBy { get; init; } = [];

    /// <summary>Who is notified of it.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    public string Name => Labels.GetValueOrDefault(NameLabel, "?");

    /// <summary>Whether it is an alert of Prometheus: relabelling may add and remove labels on the way, but not its name.</summary>
    public bool Is(PrometheusAlert alert) =>
        Name == alert.Name
        && alert.Labels.All(label => !Labels.TryGetValue(label.Key, out string? value) || value == label.Value);
}
