using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using RsolvDeploy.Announcements;
using RsolvDeploy.Announcements.Channels;
using RsolvDeploy.Core.Tests.Reports;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Core.Tests.Announcements;

/// <summary>What channels get keeps to their schemas and limits, and no text in it becomes markup.</summary>
public class MessageTests
{
    private static readonly AnnouncementTarget Target = new("production", "https://rsolv.dev/", 5, "an error rate above 5%");

    public static TheoryData<AnnouncementKind> Kinds => [.. Enum.GetValues<AnnouncementKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_message_keeps_to_its_schema(AnnouncementKind kind)
    {
        using var whole = ReportedRun.Whole();
        using var large = LargeReport.Run();
        foreach (var report in new[] { whole.Report(), HostileReport.Create(), large.Report() })
        {
            var text = await TextAsync(kind, report);
            AssertValid("slack-blocks.json", SlackMessage.Create(text));
            AssertValid("adaptive-card-1.4.json", TeamsMessage.Card(text, kind));
            AssertValid("cloudevents-1.0.json", WebhookMessage.Create("id", kind, text, report));
            // Microsoft Teams refuses more than 28 KB.
            Assert.InRange(TeamsMessage.Create(text, kind).ToJsonString().Length, 1, 28_000);
        }
    }

    [Fact]
    public void What_a_schema_refuses_is_refused()
    {
        Assert.False(Validate("slack-blocks.json", new JsonObject { ["blocks"] = new JsonArray() }));
        Assert.False(Validate("adaptive-card-1.4.json", new JsonObject { ["type"] = "AdaptiveCard", ["body"] = "text" }));
        Assert.False(Validate("cloudevents-1.0.json", new JsonObject { ["specversion"] = "1.0", ["id"] = "" }));
    }

    [Fact]
    public async Task The_facts_of_the_run_are_filled_in()
    {
        using var run = ReportedRun.Whole();
        var report = run.Report();
        var before = (await TextAsync(AnnouncementKind.Before, report, "The search is slow for a while.")).ToString();
        const string Start = "Deployment to production starts\nThe search is slow for a while.\nWhat: rsolv-";
        Assert.StartsWith(Start, before, StringComparison.Ordinal);
        Assert.Contains(
            "Rollback: to the last known good release, when there is an error rate above 5%.", before, StringComparison.Ordinal);
        var after = (await TextAsync(AnnouncementKind.After, report)).ToString();
        Assert.Contains("Checks: 10 passed, 1 with a warning, 0 failed", after, StringComparison.Ordinal);
        Assert.Contains(ReportedRun.PreviousImage, after, StringComparison.Ordinal);
        Assert.Contains("Migration: 20261120090000 add_validation_index", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_logs_cannot_mention_link_or_begin_a_line()
    {
        var report = HostileReport.Create() with { Headline = "<!channel> <https://evil.example|click>\nFake: line" };
        var text = await TextAsync(AnnouncementKind.Failed, report);
        Assert.DoesNotContain(text.Facts, fact => fact.Name == "Fake");
        var slack = SlackMessage.Create(text with { Title = "<!channel> & <@U1>" });
        Assert.Equal("&lt;!channel&gt; &amp; &lt;@U1&gt;", (string?)slack["text"]);
        Assert.All(slack["blocks"]!.AsArray(), block => Assert.Equal("plain_text", (string?)block!["text"]!["type"]));
        // Markdown is read in text blocks of a card, and not in text runs.
        var card = TeamsMessage.Create(text, AnnouncementKind.Failed)["attachments"]![0]!["content"]!;
        Assert.All(card["body"]!.AsArray(), block => Assert.Equal("RichTextBlock", (string?)block!["type"]));
        Assert.Null(card["msteams"]);
    }

    [Fact]
    public void Long_texts_are_cut_between_characters()
    {
        var text = AnnouncementText.Read($"Title\nWhat: {string.Concat(Enumerable.Repeat("😀", 900))}\n{new string('x', 5000)}");
        Assert.Equal([899, 900], text.Facts.Select(fact => fact.Value.Length));
        Assert.All(text.Facts, fact => Assert.EndsWith("…", fact.Value, StringComparison.Ordinal));
        Assert.DoesNotContain('\ufffd', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static Task<AnnouncementText> TextAsync(AnnouncementKind kind, ReportData report, string message = "") =>
        new AnnouncementTemplates(new TemplateFolder(null)).RenderAsync(kind, report, Target, message);

    private static void AssertValid(string name, JsonObject document) =>
        Assert.True(Validate(name, document, out var problems), $"{name}: {problems}\n{document.ToJsonString()}");

    private static bool Validate(string name, JsonObject document) => Validate(name, document, out _);

    private static bool Validate(string name, JsonObject document, out string problems)
    {
        using var stream = typeof(MessageTests).Assembly.GetManifestResourceStream(name)!;
        var source = (JsonObject)JsonNode.Parse(stream)!;
        source["$schema"] = "http://json-schema.org/draft-07/schema#";
        source.Remove("id");
        var result = JsonSchema.FromText(source.ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() })
            .Evaluate(JsonDocument.Parse(document.ToJsonString()).RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        problems = string.Join("; ", (result.Details ?? []).Where(one => one.Errors is not null).Take(5)
            .SelectMany(one => one.Errors!.Select(error => $"{one.InstanceLocation}: {error.Value}")));
        return result.IsValid;
    }
}
