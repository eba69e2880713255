using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Yaml;
using RsolvDeploy.Measurements;
using RsolvDeploy.Monitoring;

namespace RsolvDeploy.Core.Tests.Measurements;

/// <summary>The rules with the proposed thresholds.</summary>
public sealed class RulePatchTests
{
    private const string File = "/etc/prometheus/rules/prometheus-k8s-rulefiles-0/monitoring-app-0b6f4a3e-1111-4222-8333-0123456789ab.yaml";

    [Fact]
    public void A_file_in_which_a_threshold_changes_is_written_whole_and_others_are_not()
    {
        var noisy = new PrometheusRule("Noisy", "queue > 5", IsAlert: true)
        {
            For = TimeSpan.FromSeconds(90),
            KeepFiringFor = TimeSpan.FromHours(1),
            Labels = new Dictionary<string, string> { ["severity"] = "no" },
            Annotations = new Dictionary<string, string> { ["summary"] = "a \"quoted\"\nline: {{ $value }}" },
        };
        PrometheusRuleGroup[] groups =
        [
            new("one", File, TimeSpan.FromSeconds(15), [noisy, new PrometheusRule("a:b", "sum(c)", IsAlert: false)]) { Limit = 7 },
            new("two", File, TimeSpan.FromMinutes(1), [new PrometheusRule("Noisy", "queue > 5", IsAlert: true)]),
            new("three", "/etc/other.yml", TimeSpan.FromMinutes(1), [new PrometheusRule("Other", "x > 1", IsAlert: true)]),
        ];
        var text = RulePatch.Write(groups,
        [
            new AlertMeasurement("Noisy", "one", "queue > 5")
            {
                For = noisy.For,
                Operator = ">",
                Threshold = 5,
                Fired = 12,
                Proposed = 8.5,
                ProposedFired = 1,
            },
            new AlertMeasurement("Other", "three", "x > 1"),
        ]);

        Assert.Contains("# Noisy: > 5 would have fired 12 times, > 8.5 once\n", text, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
            {
              "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": { "name": "monitoring-app" },
              "spec": { "groups": [
                { "name": "one", "interval": "15s", "limit": 7, "rules": [
                  { "alert": "Noisy", "expr": "queue > 8.5", "for": "1m30s", "keep_firing_for": "1h", "labels": { "severity": "no" },
                    "annotations": { "summary": "a \"quoted\"\nline: {{ $value }}" } },
                  { "record": "a:b", "expr": "sum(c)" } ] },
                { "name": "two", "interval": "1m", "rules": [ { "alert": "Noisy", "expr": "queue > 5" } ] } ] }
            }
            """),
            ObjectYamlReader.Read(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Nothing_proposed_is_no_patch() => Assert.Equal("", RulePatch.Write(
        [new PrometheusRuleGroup("one", File, TimeSpan.FromMinutes(1), [new PrometheusRule("A", "x > 1", IsAlert: true)])],
        [new AlertMeasurement("A", "one", "x > 1") { Fired = 3 }]));

    [Theory]
    [InlineData("0s", 0)]
    [InlineData("1m30s", 90)]
    [InlineData("8d1h", 694_800)]
    [InlineData("250ms", 0.25)]
    public void Durations_are_written_as_Prometheus_reads_them(string text, double seconds)
    {
        Assert.Equal(text, PrometheusDuration.Format(TimeSpan.FromSeconds(seconds)));
        Assert.True(PrometheusDuration.TryParse(text, out var read));
        Assert.Equal(TimeSpan.FromSeconds(seconds), read);
    }
}
