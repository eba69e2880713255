using k8s.Models;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads what matters out of events.</summary>
internal static class EventReader
{
    private const int Shown = 5;

    /// <summary>When an event last happened.</summary>
    public static DateTime LastSeen(Corev1Event item) =>
        item.Series?.LastObservedTime ?? item.LastTimestamp ?? item.EventTime ?? item.CreationTimestamp() ?? DateTime.MinValue;

    /// <summary>How often events happened. A server stops to record those of an object that has many, so it may be more often.</summary>
    public static int Count(IEnumerable<Corev1Event> events) => events.Sum(one => one.Series?.Count ?? one.Count ?? 1);

    /// <summary>
    /// The last warnings of an object, oldest first; where nothing warns, as at a first crash, its last events of any type.
    /// </summary>
    public static IReadOnlyList<string> Summarize(IReadOnlyList<Corev1Event> events)
    {
        var warnings = events.Where(one => one.Type == "Warning").ToList();
        return [.. (warnings.Count > 0 ? warnings : events)
            .OrderBy(LastSeen)
            .TakeLast(Shown)
            .Select(one => $"{one.Reason}: {one.Message}")];
    }
}
