using System.Globalization;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// When a pod starts, fails and stops, by its annotations <c>sandbox.rsolv.dev/…</c>; times are in milliseconds. With the annotation
/// <c>image</c> it is meant for pods of that image alone.
/// </summary>
internal sealed record PodTiming
{
    private const string Prefix = "sandbox.rsolv.dev/";

    /// <summary>How long no node fits.</summary>
    public TimeSpan UnschedulableFor { get; private init; }

    /// <summary>How many pulls of its image fail.</summary>
    public int PullErrors { get; private init; }

    /// <summary>How often its container ends with exit code 1 before it stays.</summary>
    public int Crashes { get; private init; }

    /// <summary>How long the container runs before it ends.</summary>
    public TimeSpan CrashAfter { get; private init; }

    /// <summary>How long it runs before its readiness probe succeeds; null for the usual time.</summary>
    public TimeSpan? ReadyAfter { get; private init; }

    /// <summary>How long it takes to stop, at most its grace period; null for the usual time.</summary>
    public TimeSpan? StopAfter { get; private init; }

    public static PodTiming Read(JsonObject pod)
    {
        if (pod.At("metadata", "annotations") is not JsonObject annotations) return new PodTiming();
        var timing = new PodTiming { StopAfter = Time("stop-after") };
        return annotations[Prefix + "image"].Text() is { Length: > 0 } image && image != Kubelet.Image(pod) ? timing : timing with
        {
            UnschedulableFor = Time("unschedulable-for") ?? TimeSpan.Zero,
            PullErrors = Number("pull-errors") ?? 0,
            Crashes = Number("crashes") ?? 0,
            CrashAfter = Time("crash-after") ?? TimeSpan.Zero,
            ReadyAfter = Time("ready-after"),
        };

        TimeSpan? Time(string name) => Number(name) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

        int? Number(string name) =>
            int.TryParse(annotations[Prefix + name].Text(), CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
