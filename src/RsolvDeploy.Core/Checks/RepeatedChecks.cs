namespace RsolvDeploy.Checks;

/// <summary>Measures checks again until each of them is decided.</summary>
/// <param name="settings">How often, and how many may fail.</param>
/// <param name="clock">The clock.</param>
internal sealed class RepeatedChecks(VerificationSettings settings, TimeProvider clock)
{
    /// <summary>After an error, as Argo Rollouts has it.</summary>
    private static readonly TimeSpan ErrorDelay = TimeSpan.FromSeconds(10);

    /// <summary>Measures until every check is decided.</summary>
    /// <param name="measure">Measures all checks once, all at the same time.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The checks of the first measurement, in its order, each with the result of all of its measurements.</returns>
    public async Task<IReadOnlyList<Check>> RunAsync(Func<Task<IReadOnlyList<Check>>> measure, CancellationToken ct)
    {
        var tallies = new OrderedTallies(settings);
        while (true)
        {
            long began = clock.GetTimestamp();
            foreach (Check check in await measure()) tallies.For(check.Id).Add(check);
            if (tallies.All.TrueForAll(tally => tally.IsDecided)) return [.. tallies.All.Select(tally => tally.ToCheck())];
            TimeSpan pause = tallies.All.Exists(tally => tally.IsRetried) ? ErrorDelay : settings.Interval - clock.GetElapsedTime(began);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, clock, ct);
        }
    }

    private sealed class OrderedTallies(VerificationSettings settings)
    {
        private readonly Dictionary<string, CheckTally> _byId = [];

        public List<CheckTally> All { get; } = [];

        public CheckTally For(string id)
        {
            if (_byId.TryGetValue(id, out CheckTally? known)) return known;
            var tally = new CheckTally(settings);
            All.Add(tally);
            return _byId[id] = tally;
        }
    }
}
