using System.IO.Enumeration;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Measurements;

/// <summary>Measures how often the alerting rules of a target would have fired.</summary>
/// <param name="reader">Reads ranges.</param>
/// <param name="window">The window, from the first scrape.</param>
/// <param name="wanted">How long the window was meant to be.</param>
internal sealed class AlertMeasurer(RangeReader reader, (DateTimeOffset Start, DateTimeOffset End) window, TimeSpan wanted)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>How often an alert may fire in the window: once a week.</summary>
    private int Most => Math.Max(1, (int)Math.Round((window.End - window.Start) / Week));

    /// <summary>The alerting rules whose groups match.</summary>
    public static IEnumerable<(PrometheusRuleGroup Group, PrometheusRule Rule)> Select(
        IReadOnlyList<PrometheusRuleGroup> groups, AlertSettings settings) => groups
        .Where(group => FileSystemName.MatchesSimpleExpression(settings.Groups, group.Name, ignoreCase: false))
        .SelectMany(group => group.Rules.Where(rule => rule.IsAlert).Select(rule => (group, rule)));

    /// <summary>Measures a rule. An expression that fails is the reason of its measurement.</summary>
    /// <exception cref="DeployException">Prometheus does not respond.</exception>
    public async Task<AlertMeasurement> MeasureAsync(PrometheusRuleGroup group, PrometheusRule rule, CancellationToken ct)
    {
        var steps = MeasuredWindow.Create(window.End, window.End - window.Start, group.Interval);
        var alert = new AlertMeasurement(rule.Name, group.Name, rule.Query) { For = rule.For, Step = steps.Step };
        var simulation = new FiringSimulation(steps.Step, rule.For, rule.KeepFiringFor);
        try
        {
            if (ThresholdExpression.Parse(rule.Query) is not { } expression)
            {
                var active = await reader.ReadAsync(rule.Query, steps, _ => 1, ct);
                return alert with
                {
                    Fired = simulation.Count(active, value => !double.IsNaN(value)),
                    Sparkline = Sparkline.From(active, steps.Count),
                    Reason = "The expression is not one comparison with a number, so that there is no threshold to choose",
                };
            }

            var series = await reader.ReadAsync(expression.Left, steps, value => value, ct);
            var measured = alert with { Sparkline = Sparkline.From(series, steps.Count) };
            return new ThresholdProposal(expression, series, simulation).Apply(measured, Most, IsCovered(series, steps));
        }
        catch (DeployException fault) when (fault.Id is PrometheusFaults.QueryFailedId or "MeasurementTooLarge")
        {
            return alert with { Reason = fault.Message };
        }
    }

    /// <summary><c>measure.alerts</c>.</summary>
    public static CheckOutcome Judge(IReadOnlyList<AlertMeasurement> alerts)
    {
        if (alerts.Count == 0) return CheckOutcome.Inconclusive("No data: no alerting rule matches alerts.groups").Compared(0, 0);
        var proposed = alerts.Where(alert => alert.Proposed is not null).ToList();
        var fired = alerts.Count(alert => alert.Fired > 0);
        var evidence = $"{fired} of {alerts.Count} alerts would have fired, {alerts.Sum(alert => alert.Fired)} times in all";
        return (proposed.Count == 0
            ? CheckOutcome.Met(evidence)
            : CheckOutcome.Warning(
                $"{evidence}; another threshold is proposed for {string.Join(", ", proposed.Select(Describe))}",
                "Read the property Alerts of the result; Measure-RsolvMetrics -AsPatch writes the rules with the proposed thresholds."))
            .Compared(0, proposed.Count);
    }

    private static string Describe(AlertMeasurement alert) => FormattableString.Invariant(
        $"{alert.Name} ({alert.Operator} {alert.Proposed:G6} instead of {alert.Threshold:G6})");

    // What was seen for less than half of the time is no reason for a tighter threshold.
    private bool IsCovered(IReadOnlyList<MeasuredSeries> series, MeasuredWindow steps)
    {
        var with = Enumerable.Range(0, steps.Count).Count(index => series.Any(one => !double.IsNaN(one[index])));
        return 2 * with * steps.Step >= wanted;
    }
}
