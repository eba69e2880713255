using System.Globalization;

namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>How the pods of a release start and stop.</summary>
internal sealed record PodTraits
{
    /// <summary>Stands for what never ends within a rollout.</summary>
    public static readonly TimeSpan Never = TimeSpan.FromHours(1);

    /// <summary>How long no node fits.</summary>
    public TimeSpan UnschedulableFor { get; init; }

    /// <summary>How many pulls of the image fail.</summary>
    public int PullErrors { get; init; }

    /// <summary>How often the container ends with exit code 1 before it stays.</summary>
    public int Crashes { get; init; }

    /// <summary>How long it runs before it ends.</summary>
    public TimeSpan CrashAfter { get; init; }

    /// <summary>Whether it has a readiness probe; without one it is ready as soon as it runs.</summary>
    public bool HasProbe { get; init; }

    /// <summary>How long it runs before its probe succeeds.</summary>
    public TimeSpan ReadyAfter { get; init; }

    /// <summary>How long it takes to stop; the grace period ends it before.</summary>
    public TimeSpan StopAfter { get; init; }

    /// <summary>Whether it is ready for a moment before each of its crashes, which do not end.</summary>
    public bool CrashesWhenReady => Crashes >= 100 && (!HasProbe || ReadyAfter < CrashAfter);

    /// <summary>What differs from a pod that starts and stops at once.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"({(HasProbe ? "probe" : "no probe")}, ready after {Text(ReadyAfter)}, stops after {Text(StopAfter)}")
            + (UnschedulableFor > TimeSpan.Zero ? $", no node for {Text(UnschedulableFor)}" : "")
            + (PullErrors > 0 ? $", {PullErrors} pull errors" : "")
            + (Crashes > 0 ? $", {Crashes} crashes after {Text(CrashAfter)}" : "") + ")";

    private static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
