using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings of Prometheus, Grafana, alerts and metrics.</summary>
internal static class MonitoringSchema
{
    public static readonly ObjectSchema Prometheus = new(
    [
        .. AccessSchema.Service,
        Key("job", Text, "The scrape job of the platform.") with { Required = true },
        Key("maxScrapeAge", new DurationSchema(Second, Day), "How old the last scrape may be.") with { Default = "15s" },
    ])
    { ExactlyOne = AccessSchema.Ways };

    public static readonly ObjectSchema Grafana = new(
    [
        .. AccessSchema.Service,
        Key("dashboard", Text, "The uid of the dashboard, or its link with var-<name>=<value>.") with { Required = true },
        Key("annotate", new BooleanSchema(), "Whether updates and rollbacks are marked in the dashboard.") with { Default = "false" },
        Key("environmentVariable", Text, "The variable that has to select the environment. Without this key 'environment', if it exists."),
    ])
    { ExactlyOne = AccessSchema.Ways };

    public static readonly ObjectSchema Alertmanager = new(AccessSchema.Service) { ExactlyOne = AccessSchema.Ways };

    public static readonly ObjectSchema Verification = new(
        Key("count", new IntegerSchema(1, 1000), "How many measurements of a check decide.") with { Default = "1" },
        Key("interval", new DurationSchema(TimeSpan.FromMilliseconds(1), Day), "From one measurement to the next.") with
        {
            Default = "15s",
        },
        Key("failureLimit", new IntegerSchema(0, 1000), "How many measurements may fail.") with { Default = "0" },
        Key("inconclusiveLimit", new IntegerSchema(0, 1000), "How many measurements may be without data.") with { Default = "0" },
        Key("consecutiveErrorLimit", new IntegerSchema(0, 1000), "How many times in a row a service may not respond.") with
        {
            Default = "4",
        },
        Key("consecutiveSuccessLimit", new IntegerSchema(0, 1000), "How many measurements in a row pass at once; 0: all are made.") with
        {
            Default = "0",
        });

    public static readonly ObjectSchema Alerts = new(
        Key("groups", Text, "A glob that the names of the rule groups match.") with { Required = true },
        Key("count", new IntegerSchema(1, 10_000), "How many alerting rules these groups hold together.") with { Required = true },
        Key("quiet", new MapSchema(F.LabelName, Text), "Labels of the alerts that must not fire."));

    private static readonly ObjectSchema Rise = new(
        Key("id", For(F.KubernetesLabel), "The last part of the check's id, metrics.<id>.") with { Required = true },
        Key("metric", For(F.MetricName), "The counter.") with { Required = true },
        Key("by", new NumberSchema(0, 1e15, AboveLeast: true), "By how much it has to rise at least.") with { Required = true })
    { Atomic = true };

    public static readonly ObjectSchema Metrics = new(
        Key("families", new ListSchema(For(F.MetricGlob)), "Names or globs of the metric families that have to be there."),
        Key("labels", new ListSchema(For(F.LabelName)), "Labels that their series have to carry."),
        Key("rises", new ObjectListSchema(Rise, "id"), "Counters that test data has to move."));
}
