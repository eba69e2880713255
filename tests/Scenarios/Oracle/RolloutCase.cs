using System.Globalization;

namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>A rollout that is judged by kubectl and by RsolvDeploy.</summary>
/// <param name="Seed">What the generator made it from; the same seed makes the same rollout.</param>
internal sealed record RolloutCase(int Seed)
{
    public int Replicas { get; init; } = 2;

    public bool Recreate { get; init; }

    public string Surge { get; init; } = "25%";

    public string Unavailable { get; init; } = "25%";

    public int MinReadySeconds { get; init; }

    /// <summary>In seconds; null for the default of 10 minutes.</summary>
    public int? ProgressDeadline { get; init; }

    /// <summary>In seconds.</summary>
    public int GracePeriod { get; init; } = 1;

    /// <summary>The pods of the release before.</summary>
    public PodTraits Old { get; init; } = new();

    /// <summary>The pods of the new release.</summary>
    public PodTraits New { get; init; } = new();

    /// <summary>How many pods a quota allows beyond the replicas; null for no quota.</summary>
    public int? QuotaRoom { get; init; }

    /// <summary>When the quota is deleted; null for never.</summary>
    public TimeSpan? QuotaFreedAfter { get; init; }

    public Interference Interference { get; init; }

    /// <summary>When it happens, counted from the start of the rollout.</summary>
    public TimeSpan InterferesAfter { get; init; }

    /// <summary>Whether RsolvDeploy writes the update; otherwise somebody else does, and RsolvDeploy watches.</summary>
    public bool IsUpdate { get; init; }

    /// <summary>The time limit of both.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether it ends within any time limit, as far as the pods are concerned.</summary>
    public bool NeverReady => New.Crashes >= 100 || New.PullErrors >= 100 || New.UnschedulableFor >= PodTraits.Never
        || New.ReadyAfter >= PodTraits.Never || (QuotaRoom is not null && QuotaFreedAfter is null);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"case {Seed}: {Replicas} replicas, {(Recreate ? "Recreate" : $"surge {Surge}, unavailable {Unavailable}")}, "
            + $"minReady {MinReadySeconds}, deadline {ProgressDeadline}, grace {GracePeriod}, old {Old}, new {New}, "
            + $"quota {QuotaRoom} until {QuotaFreedAfter?.TotalSeconds:0.0} s, {Interference} at {InterferesAfter.TotalSeconds:0.0} s, "
            + $"{(IsUpdate ? "update" : "watch")}, limit {Limit.TotalSeconds:0} s");
}
