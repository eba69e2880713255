using RsolvDeploy.Errors;

namespace RsolvDeploy.Monitoring;

/// <summary>What Alertmanager does with the alerts: who is notified, and what suppresses them.</summary>
/// <param name="Alerts">The alerts that it received.</param>
/// <param name="Silences">The active silences.</param>
internal sealed record AlertmanagerState(IReadOnlyList<AlertmanagerAlert> Alerts, IReadOnlyList<AlertmanagerSilence> Silences)
{
    /// <summary>Why it could not be read; empty when it was, and when none is configured.</summary>
    public string Fault { get; init; } = "";

    /// <summary>Whether it was read.</summary>
    public bool IsKnown { get; private init; } = true;

    /// <summary>Without Alertmanager.</summary>
    public static AlertmanagerState None { get; } = new([], []) { IsKnown = false };

    /// <summary>The state when Alertmanager could not be read.</summary>
    public static AlertmanagerState Unread(string fault) => None with { Fault = fault };

    /// <summary>
    /// Reads it. Whether an alert fires is known without Alertmanager; that it could not be read is a part of the evidence.
    /// </summary>
    /// <param name="open">Opens it; null when it is not queried.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<AlertmanagerState> ReadAsync(Func<AlertmanagerClient>? open, CancellationToken ct)
    {
        try
        {
            if (open is null) return None;
            using AlertmanagerClient alertmanager = open();
            return await alertmanager.ReadAsync(ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return Unread(UnexpectedError.From(fault).Message);
        }
    }

    /// <summary>Whether people are kept from hearing of an alert by a silence.</summary>
    public bool IsSilenced(PrometheusAlert alert) => Of(alert) is { Count: > 0 } received && received.All(one => one.SilencedBy.Count > 0);

    /// <summary>What happens with an alert, for people; empty when nothing is known of it.</summary>
    public string Describe(PrometheusAlert alert)
    {
        List<AlertmanagerAlert> received = Of(alert);
        if (received.Count == 0) return IsKnown ? "not received by Alertmanager" : "";
        string[] parts =
        [
            .. received.SelectMany(one => one.SilencedBy).Distinct().Select(id => $"silenced {SilenceOf(id)}"),
            .. received.SelectMany(one => one.InhibitedBy).Distinct().Select(fingerprint => $"inhibited by {NameOf(fingerprint)}"),
            .. received.SelectMany(one => one.MutedBy).Distinct().Select(interval => $"muted by the time interval {interval}"),
        ];
        return parts.Length > 0
            ? string.Join(", ", parts)
            : $"sent to {string.Join(", ", received.SelectMany(one => one.Receivers).Distinct().Order(StringComparer.Ordinal))}";
    }

    private List<AlertmanagerAlert> Of(PrometheusAlert alert) => [.. Alerts.Where(one => one.Is(alert))];

    private string SilenceOf(string id) => Silences.FirstOrDefault(silence => silence.Id == id)?.ToString() ?? $"by the silence {id}";

    private string NameOf(string fingerprint) => Alerts.FirstOrDefault(one => one.Fingerprint == fingerprint)?.Name ?? fingerprint;
}
