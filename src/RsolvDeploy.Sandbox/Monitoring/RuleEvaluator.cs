using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Monitoring.PromQl;

namespace RsolvDeploy.Sandbox.Monitoring;

/// <summary>Evaluates the rules and keeps pending and firing alerts.</summary>
internal sealed partial class RuleEvaluator(SeriesStore store, FaultInjector faults)
{
    /// <summary>The rule that fails while a rule error is injected.</summary>
    private const string FaultyRule = "RsolvMitigationTrustScoreLow";

    private volatile IReadOnlyList<(string Group, IReadOnlyList<RuleState> Rules)> _groups =
        [.. RuleGroup.Rfc060.Select(g => (g.Name, (IReadOnlyList<RuleState>)[.. g.Rules.Select(r => new RuleState(r))]))];

    public IReadOnlyList<(string Group, IReadOnlyList<RuleState> Rules)> Groups => _groups;

    /// <summary>Adds rules, as another rule file does.</summary>
    public void Add(RuleGroup group) => _groups = [.. _groups, (group.Name, [.. group.Rules.Select(rule => new RuleState(rule))])];

    /// <summary>Evaluates all rules once. Not reentrant.</summary>
    public void Evaluate(DateTimeOffset now) =>
        _groups = [.. _groups.Select(g => (g.Group, (IReadOnlyList<RuleState>)[.. g.Rules.Select(r => Evaluate(r, now))]))];

    private RuleState Evaluate(RuleState state, DateTimeOffset now)
    {
        long began = Stopwatch.GetTimestamp();
        try
        {
            if (state.Rule.Name == FaultyRule && faults.IsActive(Fault.RuleError))
                throw PromQlException.Execution("vector contains metrics with the same labelset after applying alert labels");
            var found = Evaluator.AsVector(new Evaluator(store, now.ToUnixTimeMilliseconds()).Evaluate(state.Rule.Expression));
            return state with
            {
                Health = "ok",
                LastError = "",
                LastEvaluation = now,
                EvaluationTime = Stopwatch.GetElapsedTime(began),
                Alerts = [.. found.Items.Select(i => Alert(state, i.Labels, i.Number, now))],
            };
        }
        catch (PromQlException e)
        {
            return state with
            {
                Health = "err",
                LastError = e.Message,
                LastEvaluation = now,
                EvaluationTime = Stopwatch.GetElapsedTime(began),
            };
        }
    }

    private static ActiveAlert Alert(RuleState state, LabelSet series, double value, DateTimeOffset now)
    {
        var labels = series.WithoutName().With(state.Rule.Labels).With("alertname", state.Rule.Name);
        var before = state.Alerts.FirstOrDefault(a => a.Labels.Equals(labels));
        var since = before?.ActiveAt ?? now;
        string summary = Placeholder().Replace(state.Rule.Summary, m => m.Groups["label"].Success
            ? series[m.Groups["label"].Value]
            : value.ToString("G6", CultureInfo.InvariantCulture));
        return new ActiveAlert(labels, summary, since, value, now - since >= state.Rule.For);
    }

    [GeneratedRegex(@"\{\{ \$(?:value|labels\.(?<label>\w+)) \}\}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Placeholder();
}
