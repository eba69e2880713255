namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>The last quarter of an hour of every series, in memory. Thread safe.</summary>
/// <param name="copy">Gets every sample as well; null for none.</param>
internal sealed class SeriesStore(SeriesStore? copy = null)
{
    private const long Retention = 15 * 60 * 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<LabelSet, List<Sample>> _series = [];

    public void Add(LabelSet labels, Sample sample)
    {
        lock (_gate)
        {
            if (!_series.TryGetValue(labels, out var samples))
                _series[labels] = samples = [];
            samples.Add(sample);
            if (samples[0].Time < sample.Time - (2 * Retention))
                samples.RemoveAll(s => s.Time < sample.Time - Retention);
        }

        copy?.Add(labels, sample);
    }

    /// <summary>Every series that matches, with its samples in (<paramref name="after"/>, <paramref name="until"/>].</summary>
    public List<(LabelSet Labels, Sample[] Samples)> Select(Func<LabelSet, bool> fits, long after, long until)
    {
        lock (_gate)
        {
            var found = new List<(LabelSet, Sample[])>();
            foreach (var (labels, samples) in _series)
            {
                if (!fits(labels))
                    continue;
                Sample[] window = [.. samples.Where(s => s.Time > after && s.Time <= until)];
                if (window.Length > 0)
                    found.Add((labels, window));
            }

            return found;
        }
    }

    /// <summary>Makes all samples older, as if that time had passed without a scrape.</summary>
    public void Age(long milliseconds)
    {
        lock (_gate)
        {
            foreach (var labels in _series.Keys.ToList())
                _series[labels] = [.. _series[labels].Select(s => s with { Time = s.Time - milliseconds })];
        }
    }
}
