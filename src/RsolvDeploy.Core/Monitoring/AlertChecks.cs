using System.Globalization;
using System.IO.Enumeration;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Monitoring;

/// <summary><c>alerts.loaded</c>, <c>alerts.evaluating</c> and <c>alerts.quiet</c>.</summary>
internal static class AlertChecks
{
    public static IReadOnlyList<PrometheusAlertRule> Select(PrometheusRules rules, AlertSettings settings) =>
        [.. rules.Rules.Where(rule => FileSystemName.MatchesSimpleExpression(settings.Groups, rule.Group, ignoreCase: false))];

    public static CheckOutcome JudgeLoaded(PrometheusRules rules, AlertSettings settings)
    {
        IReadOnlyList<PrometheusAlertRule> loaded = Select(rules, settings);
        string groups = string.Join(", ", loaded.GroupBy(rule => rule.Group).Select(group => $"{group.Key} ({group.Count()})"));
        string evidence = loaded.Count == 0
            ? $"No group matches {settings.Groups}; {rules.Rules.Count} alerting rules are loaded in other groups"
            : $"{loaded.Count} of {settings.Count} rules in {groups}";
        // A database without an evaluator of its own answers with no rules at all.
        string remedy = rules.Rules.Count == 0
            ? "Check rule_files of Prometheus. VictoriaMetrics evaluates no rules: vmalert does, which its -vmalert.proxyURL has to name."
            : "Check that the rule file is listed under rule_files of Prometheus and was reloaded without error.";
        CheckOutcome outcome = loaded.Count == settings.Count ? CheckOutcome.Met(evidence)
            : loaded.Count > settings.Count ? CheckOutcome.Warning(evidence, "Set alerts.count to the number of rules there are now.")
            : CheckOutcome.NotMet(evidence, remedy);
        return outcome.Compared(settings.Count, loaded.Count);
    }

    public static CheckOutcome JudgeEvaluating(PrometheusRules rules, AlertSettings settings, TimeSpan maximumAge)
    {
        IReadOnlyList<PrometheusAlertRule> loaded = Select(rules, settings);
        if (loaded.Count == 0) return CheckOutcome.Skipped("none of the rules is loaded");

        var broken = loaded.Where(rule => rule.Health is "err" or "error" || rule.LastError.Length > 0).ToList();
        if (broken.Count > 0)
        {
            string errors = string.Join("; ", broken.Take(3).Select(rule => $"{rule.Name}: {rule.LastError}"));
            return CheckOutcome.NotMet(
                $"{broken.Count} of {loaded.Count} rules fail: {errors}",
                "Correct the expression of the rule that is named; it cannot fire as it is.")
                .Compared(0, broken.Count, "failing rules");
        }

        var waiting = loaded.Where(rule => !rule.WasEvaluated).ToList();
        if (waiting.Count > 0)
        {
            return CheckOutcome.Inconclusive(
                $"No data: {waiting.Count} of {loaded.Count} rules were not evaluated yet, {waiting[0].Name} among them",
                "Verify again after the next evaluation.")
                .Compared(0, waiting.Count, "rules that were not evaluated");
        }

        if (loaded.Where(rule => rule.LastEvaluation is not null).MinBy(rule => rule.LastEvaluation) is not { } oldest)
        {
            return CheckOutcome.Warning(
                $"{loaded.Count} rules ok; the server does not show when they were evaluated", "Check that its rules are evaluated.");
        }

        TimeSpan age = rules.At > oldest.LastEvaluation!.Value ? rules.At - oldest.LastEvaluation.Value : TimeSpan.Zero;
        TimeSpan limit = ScrapeChecks.Limit(maximumAge, oldest.Interval);
        string evidence = string.Create(CultureInfo.InvariantCulture,
            $"{loaded.Count} rules ok, the oldest evaluation ({oldest.Name}) {age.TotalSeconds:0.0} s ago, "
                + $"every {oldest.Interval.TotalSeconds:0.#} s, limit {limit.TotalSeconds:0.#} s");
        return CheckOutcome.MetIf(
            age <= limit, evidence, "Check why Prometheus falls behind with its rules: its load, or a rule that takes too long.")
            .Compared(limit.TotalSeconds, age.TotalSeconds);
    }

    /// <summary>
    /// An alert that fired already before the deployment is a warning, and so is one that somebody silenced; only a new one that people
    /// hear of is not met.
    /// </summary>
    public static CheckOutcome JudgeQuiet(AlertView view, AlertSettings settings, IReadOnlyList<string> firingBefore)
    {
        if (settings.Quiet.Count == 0) return CheckOutcome.Skipped("alerts.quiet names no label");

        string labels = string.Join(",", settings.Quiet.Select(label => $"{label.Key}=\"{label.Value}\""));
        var marked = view.Alerts.Where(alert => Carries(alert.Labels, settings.Quiet)).ToList();
        var firing = marked.Where(alert => alert.State == "firing").ToList();
        var pending = marked.Where(alert => alert.State == "pending").ToList();
        int able = view.Rules.Rules.Count(rule => Carries(rule.Labels, settings.Quiet));
        var old = firing.Where(alert => firingBefore.Contains(alert.Name)).ToList();
        var silenced = firing.Except(old).Where(view.Routing.IsSilenced).ToList();
        int blamed = firing.Count - old.Count - silenced.Count;
        return WithRouting(
            Judge($"{firing.Count} firing and {pending.Count} pending with {labels}, of {able} rules that carry it"), view, settings)
            .Compared(0, blamed);

        CheckOutcome Judge(string evidence)
        {
            if (blamed > 0)
            {
                string silent = silenced.Count == 0 ? "" : $"; silenced: {view.Names(silenced)}";
                string known = old.Count == 0 ? "" : $"; already before the deployment: {view.Names(old)}";
                return CheckOutcome.NotMet(
                    $"{evidence}: {view.Names([.. firing.Except(old).Except(silenced)])}{silent}{known}",
                    "Look at the alert that fires; if the deployment caused it, roll back.");
            }

            if (silenced.Count > 0)
            {
                string known = old.Count == 0 ? "" : $"; already before the deployment: {view.Names(old)}";
                return CheckOutcome.Warning(
                    $"{evidence}, all new ones silenced: {view.Names(silenced)}{known}",
                    "Ask whether the silence was meant for this deployment: it hides the alert, which fires all the same.");
            }

            if (old.Count > 0)
            {
                return CheckOutcome.Warning(
                    $"{evidence}, all of them already before the deployment: {view.Names(old)}",
                    "Look at the cause of the alert; the deployment is not to blame.");
            }

            if (pending.Count > 0)
            {
                return CheckOutcome.Warning(
                    $"{evidence}: {view.Names(pending)}",
                    "Watch the pending alert: its condition holds, only not yet for long enough to fire.");
            }

            return able == 0
                ? CheckOutcome.Inconclusive(
                    $"No data: no loaded rule carries {labels}, so nothing could fire", "Check the labels of the rules, and alerts.quiet.")
                : CheckOutcome.Met(evidence);
        }
    }

    // What keeps people from hearing of an alert is worth a look, even when none fires.
    private static CheckOutcome WithRouting(CheckOutcome outcome, AlertView view, AlertSettings settings)
    {
        if (view.Routing.Fault.Length > 0)
        {
            return outcome with
            {
                Result = outcome.Result == CheckResult.Met ? CheckResult.MetWithWarning : outcome.Result,
                Evidence = $"{outcome.Evidence}; silences are not known: {view.Routing.Fault}",
                Remedy = outcome.Remedy ?? "Check alertmanager.url or alertmanager.service of the target.",
            };
        }

        var covering = view.Routing.Silences.Where(silence => silence.Covers(settings.Quiet)).ToList();
        return covering.Count == 0 ? outcome : outcome with
        {
            Result = outcome.Result == CheckResult.Met ? CheckResult.MetWithWarning : outcome.Result,
            Evidence = $"{outcome.Evidence}; all of them are silenced {string.Join(", ", covering)}",
            Remedy = outcome.Remedy ?? "End the silence when it is no longer meant: nobody hears of an alert of the release.",
        };
    }

    /// <summary>Whether something has all the wanted labels.</summary>
    public static bool Carries(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> wanted) =>
        wanted.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
}
