namespace RsolvDeploy.Measurements;

/// <summary>Counts how often an alert would have started to fire, as Prometheus evaluates a rule.</summary>
/// <param name="step">The time between two evaluations.</param>
/// <param name="pending">How long the condition has to hold: <c>for</c>.</param>
/// <param name="keeps">How long it fires on behind its condition: <c>keep_firing_for</c>.</param>
internal sealed class FiringSimulation(TimeSpan step, TimeSpan pending, TimeSpan keeps)
{
    /// <summary>How many alerts of all series start to fire.</summary>
    /// <param name="series">The values of the series.</param>
    /// <param name="holds">Whether the condition holds for a value; a value that is missing is <see cref="double.NaN"/>.</param>
    public int Count(IReadOnlyList<MeasuredSeries> series, Func<double, bool> holds) => series.Sum(one => Count(one, holds));

    private int Count(MeasuredSeries series, Func<double, bool> holds)
    {
        var (fired, isFiring, active, cleared) = (0, false, -1, -1);
        for (var index = 0; index < series.Count; index++)
        {
            if (holds(series[index]))
            {
                if (active < 0) active = index;
                cleared = -1;
                if (!isFiring && (index - active) * step >= pending) (fired, isFiring) = (fired + 1, true);
                continue;
            }

            active = -1;
            if (!isFiring) continue;
            if (cleared < 0) cleared = index;
            isFiring = keeps > TimeSpan.Zero && (index - cleared) * step < keeps;
        }

        return fired;
    }
}
