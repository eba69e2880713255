namespace RsolvDeploy;

/// <summary>The counters before test data was sent, against which a verification measures their rise.</summary>
/// <param name="At">When they were read, by the clock of Prometheus.</param>
public sealed record CounterBaseline(DateTimeOffset At)
{
    /// <summary>Every series of the counters, and the start times of their processes.</summary>
    public IReadOnlyList<CounterValue> Series { get; init => field = value.ToArray(); } = [];

    /// <summary>The value that each configured label has on the series of the test data, by label; empty when none was sent.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// How often each record of the test data was sent at most: more than once where a response was lost. 0 when it is not known, so
    /// that a counter may rise by more.
    /// </summary>
    public int Sent { get; init; }

    /// <summary>In a few words.</summary>
    public override string ToString() => FormattableString.Invariant($"{Series.Count} series of {At.UtcDateTime:HH:mm:ss} UTC");
}
