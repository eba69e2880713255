using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Measurements;

/// <summary>Writes the rules files in which a threshold changes, whole, as PrometheusRule objects.</summary>
internal static partial class RulePatch
{
    /// <summary>The YAML; empty when no threshold is proposed.</summary>
    /// <param name="groups">All groups.</param>
    /// <param name="alerts">The measurements.</param>
    public static string Write(IReadOnlyList<PrometheusRuleGroup> groups, IReadOnlyList<AlertMeasurement> alerts)
    {
        var proposed = alerts.Where(alert => alert.Proposed is not null).ToLookup(alert => (alert.Group, alert.Expression));
        return string.Join(
            "---\n",
            groups.GroupBy(group => group.File)
                .Where(file => file.Any(group => group.Rules.Any(rule => proposed.Contains((group.Name, rule.Query)))))
                .Select(file => Write(file.Key, [.. file])));

        string Write(string file, List<PrometheusRuleGroup> all)
        {
            var changes = all.SelectMany(group => group.Rules.SelectMany(rule => Proposals(group, rule)));
            var header = string.Concat(changes.Select(alert => $"# {Line(Describe(alert))}\n"));
            return $"# {Line(file)}\n{header}{Yaml(file, all)}";
        }

        JsonObject GroupOf(PrometheusRuleGroup group)
        {
            var json = new JsonObject { ["name"] = group.Name, ["interval"] = PrometheusDuration.Format(group.Interval) };
            if (group.Limit > 0) json["limit"] = group.Limit;
            json["rules"] = new JsonArray([.. group.Rules.Select(rule => RuleOf(rule, Proposals(group, rule).FirstOrDefault()))]);
            return json;
        }

        string Yaml(string file, List<PrometheusRuleGroup> all) => Text(new JsonObject
        {
            ["apiVersion"] = "monitoring.coreos.com/v1",
            ["kind"] = "PrometheusRule",
            ["metadata"] = new JsonObject { ["name"] = NameOf(file) },
            ["spec"] = new JsonObject { ["groups"] = new JsonArray([.. all.Select(GroupOf)]) },
        });

        IEnumerable<AlertMeasurement> Proposals(PrometheusRuleGroup group, PrometheusRule rule) =>
            rule.IsAlert ? proposed[(group.Name, rule.Query)].Where(alert => alert.Name == rule.Name && alert.For == rule.For).Take(1) : [];
    }

    private static JsonObject RuleOf(PrometheusRule rule, AlertMeasurement? alert)
    {
        var json = new JsonObject
        {
            [rule.IsAlert ? "alert" : "record"] = rule.Name,
            ["expr"] = alert is null ? rule.Query : ThresholdExpression.Parse(rule.Query)!.With(alert.Proposed!.Value),
        };
        if (rule.For > TimeSpan.Zero) json["for"] = PrometheusDuration.Format(rule.For);
        if (rule.KeepFiringFor > TimeSpan.Zero) json["keep_firing_for"] = PrometheusDuration.Format(rule.KeepFiringFor);
        if (rule.Labels.Count > 0) json["labels"] = Map(rule.Labels);
        if (rule.Annotations.Count > 0) json["annotations"] = Map(rule.Annotations);
        return json;
    }

    private static JsonObject Map(IReadOnlyDictionary<string, string> pairs) =>
        new(pairs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private static string Text(JsonObject json)
    {
        var output = new ArrayBufferWriter<byte>();
        ObjectYamlWriter.Write(Encoding.UTF8.GetBytes(json.ToJsonString()), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Describe(AlertMeasurement alert) => string.Create(
        CultureInfo.InvariantCulture,
        $"{alert.Name}: {alert.Operator} {alert.Threshold:G6} would have fired {ThresholdProposal.Times(alert.Fired)}, "
            + $"{alert.Operator} {alert.Proposed:G6} {ThresholdProposal.Times(alert.ProposedFired ?? 0)}");

    // A line break would end the comment.
    private static string Line(string text) => string.Concat(text.Select(one => char.IsControl(one) ? ' ' : one));

    // The Prometheus operator names the file after the namespace, the name and the uid of the object.
    private static string NameOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Replace('\\', '/')).ToLowerInvariant();
        var plain = Other().Replace(Uid().Replace(name, ""), "-").Trim('-', '.');
        return plain.Length > 0 ? plain : "rules";
    }

    [GeneratedRegex("-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", RegexOptions.NonBacktracking)]
    private static partial Regex Uid();

    [GeneratedRegex("[^a-z0-9.-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Other();
}
