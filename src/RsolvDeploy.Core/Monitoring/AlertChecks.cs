using System.Globalization;
using System.IO.Enumeration;
using RsolvDeploy.Health;

namespace RsolvDeploy.Monitoring;

/// <summary><c>alerts.loaded</c>, <c>alerts.evaluating</c> and <c>alerts.quiet</c>.</summary>
internal static class AlertChecks
{
    public static IReadOnlyList<PrometheusAlertRule> Select(PrometheusRules rules, AlertSettings settings) =>
        [.. rules.Rules.Where(rule => FileSystemName.MatchesSimpleExpression(settings.Groups, rule.Group, ignoreCase: false))];

    public static Observation JudgeLoaded(PrometheusRules rules, AlertSettings settings)
    {
        IReadOnlyList<PrometheusAlertRule> found = Select(rules, settings);
        string groups = string.Join(", ", found.GroupBy(rule => rule.Group).Select(group => $"{group.Key} ({group.Count()})"));
        string seen = found.Count == 0
            ? $"No group matches {settings.Groups}; {rules.Rules.Count} alerting rules are loaded in other groups"
            : $"{found.Count} of {settings.Count} rules in {groups}";
        return new Observation(found.Count == settings.Count ? Outcome.Met : found.Count > settings.Count ? Outcome.MetButLook : Outcome.NotMet, seen)
        {
            Expected = settings.Count.ToString(CultureInfo.InvariantCulture),
            Actual = found.Count.ToString(CultureInfo.InvariantCulture),
            Remedy = found.Count == settings.Count ? null
                : found.Count > settings.Count ? "Set alerts.count to the number of rules there are now."
                : "Check that the rule file is listed under rule_files of Prometheus and was reloaded without error.",
        };
    }

    public static Observation JudgeEvaluating(PrometheusRules rules, AlertSettings settings, TimeSpan maximumAge)
    {
        IReadOnlyList<PrometheusAlertRule> found = Select(rules, settings);
        if (found.Count == 0) return new Observation(Outcome.NotAsked, "Not asked: none of the rules is loaded.");

        var broken = found.Where(rule => rule.Health == "err" || rule.LastError.Length > 0).ToList();
        if (broken.Count > 0)
        {
            return new Observation(Outcome.NotMet,
                $"{broken.Count} of {found.Count} rules fail: {string.Join("; ", broken.Take(3).Select(rule => $"{rule.Name}: {rule.LastError}"))}")
            {
                Expected = "ok",
                Actual = "err",
                Remedy = "Correct the expression of the rule that is named; it cannot fire as it is.",
            };
        }

        var waiting = found.Where(rule => !rule.WasEvaluated).ToList();
        if (waiting.Count > 0)
        {
            return new Observation(Outcome.Undecided, $"No data: {waiting.Count} of {found.Count} rules were not evaluated yet, {waiting[0].Name} among them")
            {
                Remedy = "Verify again after the next evaluation.",
            };
        }

        PrometheusAlertRule oldest = found.MinBy(rule => rule.LastEvaluation)!;
        TimeSpan age = rules.At > oldest.LastEvaluation!.Value ? rules.At - oldest.LastEvaluation.Value : TimeSpan.Zero;
        TimeSpan limit = ScrapeChecks.Limit(maximumAge, oldest.Interval);
        string seen = string.Create(CultureInfo.InvariantCulture,
            $"{found.Count} rules ok, the oldest evaluation ({oldest.Name}) {age.TotalSeconds:0.0} s ago, every {oldest.Interval.TotalSeconds:0.#} s, limit {limit.TotalSeconds:0.#} s");
        return new Observation(age <= limit ? Outcome.Met : Outcome.NotMet, seen)
        {
            Expected = string.Create(CultureInfo.InvariantCulture, $"at most {limit.TotalSeconds:0.#} s"),
            Actual = string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0.0} s"),
            Remedy = age <= limit ? null : "Check why Prometheus falls behind with its rules: its load, or a rule that takes too long.",
        };
    }

    /// <summary>An alert that fired already before the deployment is to be looked at; only a new one is not met.</summary>
    public static Observation JudgeQuiet(IReadOnlyList<PrometheusAlert> alerts, PrometheusRules rules, AlertSettings settings, IReadOnlyList<string> firingBefore)
    {
        if (settings.Quiet.Count == 0) return new Observation(Outcome.NotAsked, "Not asked: alerts.quiet names no label.");

        string labels = string.Join(",", settings.Quiet.Select(label => $"{label.Key}=\"{label.Value}\""));
        var marked = alerts.Where(alert => Carries(alert.Labels, settings.Quiet)).ToList();
        var firing = marked.Where(alert => alert.State == "firing").ToList();
        var pending = marked.Where(alert => alert.State == "pending").ToList();
        int able = rules.Rules.Count(rule => Carries(rule.Labels, settings.Quiet));
        string seen = $"{firing.Count} firing and {pending.Count} pending with {labels}, of {able} rules that carry it";
        var old = firing.Where(alert => firingBefore.Contains(alert.Name)).ToList();
        if (firing.Count > old.Count)
        {
            string known = old.Count == 0 ? "" : $"; already before the deployment: {Names(old)}";
            return new Observation(Outcome.NotMet, $"{seen}: {Names([.. firing.Except(old)])}{known}")
            {
                Expected = "0 firing",
                Actual = $"{firing.Count - old.Count} firing",
                Remedy = "Look at the alert that fires; if the deployment caused it, go back.",
            };
        }

        if (old.Count > 0)
            return new Observation(Outcome.MetButLook, $"{seen}, all of them already before the deployment: {Names(old)}") { Remedy = "Look at the cause of the alert; the deployment is not to blame." };

        if (pending.Count > 0)
        {
            return new Observation(Outcome.MetButLook, $"{seen}: {Names(pending)}") { Remedy = "Watch the pending alert: its condition holds, only not yet for long enough to fire." };
        }

        return able == 0
            ? new Observation(Outcome.Undecided, $"No data: no loaded rule carries {labels}, so nothing could fire") { Remedy = "Check the labels of the rules, and alerts.quiet." }
            : new Observation(Outcome.Met, seen) { Expected = "0 firing", Actual = "0 firing" };
    }

    /// <summary>Whether something has all the wanted labels.</summary>
    public static bool Carries(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> wanted) =>
        wanted.All(label => labels.GetValueOrDefault(label.Key) == label.Value);

    private static string Names(IReadOnlyList<PrometheusAlert> alerts) =>
        string.Join(", ", alerts.Take(5).Select(alert => alert.Labels.TryGetValue("environment", out string? environment) ? $"{alert.Name} ({environment})" : alert.Name));
}
