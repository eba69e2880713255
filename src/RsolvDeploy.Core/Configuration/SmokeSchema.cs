using RsolvDeploy.Configuration.Schema;
using static RsolvDeploy.Configuration.SchemaParts;
using F = RsolvDeploy.Configuration.Schema.TextFormats;

namespace RsolvDeploy.Configuration;

/// <summary>The settings of the smoke test.</summary>
internal static class SmokeSchema
{
    public static readonly ObjectSchema Smoke = new(
        Key("website", For(F.UrlPath), "Path of the website.") with { Default = "/" },
        Key("api", For(F.UrlPath), "Path of the API's health document.") with { Default = "/api/health" },
        Key(
            "database",
            new ObjectListSchema(HealthSchema.Rule, "id"),
            "Values of the health document that show the database; found by its name without them."),
        Key(
            "services",
            new ObjectListSchema(HealthSchema.Rule, "id"),
            "Values of the health document that show the services; found by their names without them."),
        Key("settle", new DurationSchema(TimeSpan.Zero, Day), "How long a pod runs before its memory and CPU count.") with
        {
            Default = "1m",
        },
        Key("window", new DurationSchema(Second, Day), "How far back memory and CPU are read.") with { Default = "10m" },
        Key("memory", new ObjectSchema(
            Key("query", Text, "PromQL of the bytes of each pod, with the label pod; the metrics of the kubelet when it is not given."),
            Key("maxGrowth", new NumberSchema(0, 100), "By how much it may grow over the window, as a share of its start.") with
            {
                Default = "0.1",
            },
            Key("ofLimit", new NumberSchema(0, 1, AboveLeast: true), "The largest share of the memory limit.") with { Default = "0.9" }),
            "The memory of the pods."),
        Key("cpu", new ObjectSchema(
            Key("query", Text, "PromQL of the cores of each pod, with the label pod; the metrics of the kubelet when it is not given."),
            Key("spike", new NumberSchema(1, 1000), "How many times the CPU of before the deployment is a spike.") with { Default = "2" }),
            "The CPU of the pods."));
}
