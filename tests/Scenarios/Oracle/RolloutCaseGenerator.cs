namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>Makes rollouts from seeds: the same seed makes the same rollout.</summary>
internal static class RolloutCaseGenerator
{
    private static readonly string[] Surges = ["1", "2", "25%", "50%", "100%", "0"];
    private static readonly string[] Unavailables = ["0", "1", "25%", "50%", "100%"];
    private static readonly Interference[] Interferences = Enum.GetValues<Interference>();

    /// <summary>The rollout of a seed, with the times of a sandbox.</summary>
    public static RolloutCase Create(int seed)
    {
        // A test has to be repeatable, not unpredictable.
#pragma warning disable CA5394
        var random = new Random(seed);
        var made = new RolloutCase(seed)
        {
            Replicas = random.Next(1, 5),
            Recreate = random.Next(6) == 0,
            Surge = Surges[random.Next(Surges.Length)],
            Unavailable = Unavailables[random.Next(Unavailables.Length)],
            MinReadySeconds = random.Next(3) == 0 ? random.Next(1, 3) : 0,
            ProgressDeadline = random.Next(4) == 0 ? random.Next(3, 7) : null,
            GracePeriod = random.Next(1, 5),
            Old = new PodTraits { StopAfter = Milliseconds(random, 100, 3000), HasProbe = true },
            New = Traits(random),
            IsUpdate = random.Next(2) == 0,
        };
        if (made is { Surge: "0", Unavailable: "0", Recreate: false }) made = made with { Surge = "1" };
        if (random.Next(5) == 0)
        {
            made = made with
            {
                QuotaRoom = random.Next(2),
                QuotaFreedAfter = random.Next(4) == 0 ? null : Milliseconds(random, 500, 3000),
            };
        }

        if (random.Next(3) == 0)
        {
            made = made with
            {
                Interference = Interferences[random.Next(1, Interferences.Length)],
                InterferesAfter = Milliseconds(random, 0, 1500),
            };
        }
#pragma warning restore CA5394

        // What never ends takes the whole time.
        return made with { Limit = TimeSpan.FromSeconds(made.NeverReady || made.Interference == Interference.Pause ? 8 : 40) };
    }

#pragma warning disable CA5394
    private static PodTraits Traits(Random random)
    {
        var traits = new PodTraits { HasProbe = random.Next(4) != 0, ReadyAfter = Milliseconds(random, 0, 1500) };
        var never = random.Next(5) == 0;
        return random.Next(6) switch
        {
            0 => traits with { Crashes = never ? 1000 : random.Next(1, 4), CrashAfter = Milliseconds(random, 50, 800) },
            1 => traits with { PullErrors = never ? 1000 : random.Next(1, 4) },
            2 => traits with { UnschedulableFor = never ? PodTraits.Never : Milliseconds(random, 300, 3000) },
            3 => traits with { HasProbe = true, ReadyAfter = never ? PodTraits.Never : Milliseconds(random, 1000, 4000) },
            _ => traits,
        };
    }

    private static TimeSpan Milliseconds(Random random, int least, int most) => TimeSpan.FromMilliseconds(random.Next(least, most));
#pragma warning restore CA5394
}
