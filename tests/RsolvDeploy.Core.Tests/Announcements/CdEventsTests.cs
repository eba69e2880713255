using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using RsolvDeploy.Announcements;
using RsolvDeploy.Announcements.Channels;
using RsolvDeploy.Core.Tests.Reports;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Core.Tests.Announcements;

/// <summary>The events of a deployment keep to the published schemas of CDEvents and to its binding to CloudEvents.</summary>
public class CdEventsTests
{
    private const string Digest = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";

    [Theory]
    [InlineData(AnnouncementKind.Before, "pipelinerun.started")]
    [InlineData(AnnouncementKind.After, "service.upgraded pipelinerun.finished:success")]
    [InlineData(AnnouncementKind.Failed, "pipelinerun.finished:failure")]
    [InlineData(AnnouncementKind.RolledBack, "service.rolledback pipelinerun.finished:failure")]
    public async Task Each_state_of_a_deployment_is_the_event_that_CDEvents_has_for_it(AnnouncementKind kind, string expected)
    {
        var report = Report();
        var events = await CreateAsync(kind, report);
        Assert.Equal(expected.Split(' '), events.Select(Short));
        Assert.All(events, AssertValid);
        Assert.Single(events.Select(one => (string?)one["data"]!["context"]!["chainId"]).Distinct());
        Assert.Equal(events.Count, events.Select(one => (string?)one["id"]).Distinct().Count());
    }

    [Fact]
    public async Task A_service_is_named_with_its_environment_and_the_package_URL_of_its_image()
    {
        var upgraded = (await CreateAsync(AnnouncementKind.After, Report()))[0]["data"]!;
        Assert.Equal("shop/web", (string?)upgraded["subject"]!["id"]);
        Assert.Equal("production", (string?)upgraded["subject"]!["content"]!["environment"]!["id"]);
        // As the examples of the specification write it; the qualifier is that of purl for the type oci.
        Assert.Equal(
            $"pkg:oci/app@{Digest.Replace(":", "%3A", StringComparison.Ordinal)}?repository_url=ghcr.io%2Frsolv-dev%2Fapp",
            (string?)upgraded["subject"]!["content"]!["artifactId"]);
        var rolledBack = (await CreateAsync(AnnouncementKind.RolledBack, Report()))[0]["data"]!;
        Assert.Equal(
            "pkg:oci/app?repository_url=ghcr.io%2Frsolv-dev%2Fapp&tag=v1", (string?)rolledBack["subject"]!["content"]!["artifactId"]);
    }

    [Fact]
    public async Task The_first_release_is_deployed_and_an_unknown_image_is_no_event()
    {
        var first = Report() with { Change = new ReportChange { Image = $"ghcr.io/rsolv-dev/app@{Digest}" } };
        Assert.Equal("service.deployed", Short((await CreateAsync(AnnouncementKind.After, first))[0]));
        Assert.All(await CreateAsync(AnnouncementKind.After, first), AssertValid);
        var unknown = Report() with { Change = new ReportChange() };
        Assert.Equal(["pipelinerun.finished:success"], (await CreateAsync(AnnouncementKind.After, unknown)).Select(Short));
    }

    [Theory]
    [InlineData(AnnouncementKind.Before)]
    [InlineData(AnnouncementKind.After)]
    [InlineData(AnnouncementKind.Failed)]
    [InlineData(AnnouncementKind.RolledBack)]
    public async Task Texts_of_strangers_keep_to_the_schemas(AnnouncementKind kind) =>
        Assert.All(await CreateAsync(kind, HostileReport.Create()), AssertValid);

    [Fact]
    public void What_the_schemas_refuse_is_refused() => Assert.NotEmpty(Problems(
        "cdevents-service-deployed.json",
        new JsonObject { ["context"] = new JsonObject { ["specversion"] = "0.5.1" }, ["subject"] = new JsonObject { ["id"] = "a" } }));

    private static ReportData Report() => new("20261128-120000-abcdef", ReportVerdict.Succeeded, "The deployment succeeded.")
    {
        Target = "production",
        Deployment = "shop/web",
        Created = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero),
        Change = new ReportChange { Image = $"ghcr.io/rsolv-dev/app@{Digest}", PreviousImage = "ghcr.io/rsolv-dev/app:v1" },
        Rollback = new ReportRollback("Succeeded") { Image = "ghcr.io/rsolv-dev/app:v1" },
    };

    private static async Task<IReadOnlyList<JsonObject>> CreateAsync(AnnouncementKind kind, ReportData report)
    {
        var target = new AnnouncementTarget("production", "https://rsolv.dev/", 5, "an error rate above 5%");
        var text = await new AnnouncementTemplates(new TemplateFolder(null)).RenderAsync(kind, report, target, "");
        return new CdEvents("id", text, report).Create(kind);
    }

    private static string Short(JsonObject one)
    {
        var type = ((string)one["type"]!).Split('.');
        return $"{type[2]}.{type[3]}"
            + ((string?)one["data"]!["subject"]!["content"]!["outcome"] is { } outcome ? $":{outcome}" : "");
    }

    // The binding: the attributes of the CloudEvent are those of the context.
    private static void AssertValid(JsonObject one)
    {
        var (data, context) = (one["data"]!.AsObject(), one["data"]!["context"]!);
        foreach (var name in new[] { "id", "source", "type" }) Assert.Equal((string?)one[name], (string?)context[name]);
        Assert.Equal(((string?)one["time"], (string?)one["subject"]), ((string?)context["timestamp"], (string?)data["subject"]!["id"]));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", (string?)context["chainId"]);
        var type = ((string)one["type"]!).Split('.');
        var schema = $"cdevents-{type[2]}-{type[3]}.json";
        Assert.Empty(Problems(schema, data));
        Assert.Empty(Problems("cloudevents-1.0.json", one));
        Assert.Equal(Id(schema), (string?)one["dataschema"]);
    }

    private static string? Id(string name) => (string?)Read(name)["$id"];

    private static JsonObject Read(string name)
    {
        using var stream = typeof(CdEventsTests).Assembly.GetManifestResourceStream(name)!;
        return (JsonObject)JsonNode.Parse(stream)!;
    }

    private static IReadOnlyList<string> Problems(string name, JsonObject document)
    {
        var source = Read(name);
        // No event has links, so their schemas are not read.
        (source["properties"]?["context"]?["properties"] as JsonObject)?.Remove("links");
        source.Remove("$id");
        source.Remove("id");
        if (name.StartsWith("cloudevents", StringComparison.Ordinal)) source["$schema"] = "http://json-schema.org/draft-07/schema#";
        var options = new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
        var result = JsonSchema.FromText(source.ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() })
            .Evaluate(JsonDocument.Parse(document.ToJsonString()).RootElement, options);
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(one => one.Errors is not null)
                .SelectMany(one => one.Errors!.Select(error => $"{one.InstanceLocation}: {error.Value}")), "invalid"];
    }
}
