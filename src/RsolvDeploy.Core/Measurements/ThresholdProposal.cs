using System.Globalization;

namespace RsolvDeploy.Measurements;

/// <summary>Chooses a threshold by how often an alert would have fired with it.</summary>
/// <param name="expression">The comparison of the rule.</param>
/// <param name="series">The values of the window.</param>
/// <param name="simulation">Counts how often it would have fired.</param>
internal sealed class ThresholdProposal(ThresholdExpression expression, IReadOnlyList<MeasuredSeries> series, FiringSimulation simulation)
{
    // Beyond this the threshold is far from anything that was seen, and half as much again leaves room.
    private const double FarAway = 3;
    private const double Room = 1.5;

    private static readonly double[] Quantiles = [0.5, 0.9, 0.95, 0.99, 0.999, 1];

    private readonly double[] _values = [.. series.SelectMany(one => one.Values()).Where(double.IsFinite).Order()];

    /// <summary>The measurement with its thresholds, and the proposed one where another one fits better.</summary>
    /// <param name="alert">The measurement.</param>
    /// <param name="most">How often the alert may fire in the window.</param>
    /// <param name="isCovered">Whether there is data for at least half of the window.</param>
    public AlertMeasurement Apply(AlertMeasurement alert, int most, bool isCovered)
    {
        var fired = Count(expression.Threshold);
        var known = alert with { Operator = expression.Operator, Threshold = expression.Threshold, Fired = fired };
        if (_values.Length == 0) return known with { Reason = "No data: the expression had no value in the window" };
        known = known with { Lowest = _values[0], Highest = _values[^1], Thresholds = [.. Candidates()] };
        if (fired > most)
        {
            return known.Thresholds.FirstOrDefault(one => IsQuieter(one.Value) && one.Fired <= most) is { } quiet
                ? Proposed(known, quiet, $"It would have fired {Times(fired)}, more than {Times(most)} in the window")
                : known with { Reason = $"It would have fired {Times(fired)}, and no threshold makes it quiet" };
        }

        if (fired > 0) return known with { Reason = $"It would have fired {Times(fired)}: the threshold fits" };
        if (!IsFar()) return known with { Reason = "It would not have fired: the threshold fits" };
        if (!isCovered) return known with { Reason = "It would not have fired; there is data for less than half of the window" };
        return Proposed(
            known,
            known.Thresholds[^1],
            string.Create(CultureInfo.InvariantCulture, $"The threshold is far from what was seen, {Extreme:G4} at most"));
    }

    // The value that came closest to the threshold.
    private double Extreme => expression.IsUpper ? _values[^1] : _values[0];

    private bool IsFar() => expression.IsUpper
        ? Extreme > 0 && expression.Threshold > FarAway * Extreme
        : expression.Threshold > 0 && Extreme > FarAway * expression.Threshold;

    private bool IsQuieter(double value) => expression.IsUpper ? value > expression.Threshold : value < expression.Threshold;

    private int Count(double threshold) => simulation.Count(series, value => expression.Holds(value, threshold));

    private IEnumerable<AlertThreshold> Candidates()
    {
        var values = Quantiles.Select(quantile => Beyond(At(expression.IsUpper ? quantile : 1 - quantile)))
            .Append(Beyond(Extreme > 0 == expression.IsUpper ? Extreme * Room : Extreme / Room));
        return values.Distinct().Select(value => new AlertThreshold(value, Count(value)));
    }

    private double At(double quantile) => _values[Math.Clamp((int)Math.Ceiling(quantile * _values.Length) - 1, 0, _values.Length - 1)];

    // The next number of two digits, so that what was seen does not fire.
    private double Beyond(double value)
    {
        if (value == 0) return 0;
        var scale = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 1);
        var steps = value / scale;
        var next = (expression.IsUpper ? Math.Floor(steps + 1e-9) + 1 : Math.Ceiling(steps - 1e-9) - 1) * scale;
        return double.Parse(next.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static AlertMeasurement Proposed(AlertMeasurement alert, AlertThreshold proposed, string reason) =>
        alert with { Proposed = proposed.Value, ProposedFired = proposed.Fired, Reason = reason };

    /// <summary>A number of times, for people.</summary>
    public static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");
}
