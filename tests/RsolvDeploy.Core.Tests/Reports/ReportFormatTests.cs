using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Json.Schema;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using RsolvDeploy.Checks;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Core.Tests.Reports;

/// <summary>Every format says what the report says, keeps to its published schema, and lets no text become markup.</summary>
public partial class ReportFormatTests
{
    private static readonly ReportRenderer Renderer = new(new TemplateFolder(null));

    public static TheoryData<ReportFormat> Formats => [.. Enum.GetValues<ReportFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_shows_every_check_with_its_evidence(ReportFormat format)
    {
        using var run = ReportedRun.Whole();
        var report = run.Report();
        var text = await Renderer.RenderAsync(report, format);
        // SARIF lists only what did not pass.
        var checks = format == ReportFormat.Sarif ? report.Attention : [.. report.Checks];
        Assert.NotEmpty(checks);
        Assert.All(checks, check => Assert.Contains(check.Id, text, StringComparison.Ordinal));
        Assert.Contains("HEAD has no version tag", text, StringComparison.Ordinal);
        Assert.Contains(run.RunId, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_500_checks_and_50_pods_has_less_than_2_megabytes()
    {
        using var run = LargeReport.Run();
        var report = run.Report();
        Assert.Equal(LargeReport.Checks, report.Counts.All);
        foreach (var format in Enum.GetValues<ReportFormat>())
        {
            var size = System.Text.Encoding.UTF8.GetByteCount(await Renderer.RenderAsync(report, format));
            Assert.InRange(size, 1, 2_000_000);
            TestContext.Current.TestOutputHelper?.WriteLine($"{format}: {size} bytes");
        }
    }

    [Fact]
    public async Task A_page_is_whole_without_network_and_script()
    {
        using var run = ReportedRun.Whole();
        var page = await Renderer.RenderAsync(run.Report(), ReportFormat.Html);
        Assert.DoesNotMatch(Loading(), page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_stays_text_in_a_page()
    {
        var page = await Renderer.RenderAsync(HostileReport.Create(), ReportFormat.Html);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, page.Split("</style>").Length - 1);
        Assert.Contains("{{ 7 | times: 6 }}", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" 42 ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_stays_text_in_markdown()
    {
        var report = HostileReport.Create();
        var pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();
        var document = Markdown.Parse(await Renderer.RenderAsync(report, ReportFormat.Markdown), pipeline);
        Assert.Empty(document.Descendants<LinkInline>());
        Assert.Empty(document.Descendants<AutolinkInline>());
        Assert.Empty(document.Descendants<HtmlBlock>());
        Assert.Empty(document.Descendants<CodeInline>());
        Assert.All(document.Descendants<HtmlInline>(), inline => Assert.Equal("<br>", inline.Tag));
        var tables = document.Descendants<Markdig.Extensions.Tables.Table>().ToList();
        Assert.Equal(3, tables.Count);
        Assert.All(tables, table => Assert.All(
            table.OfType<Markdig.Extensions.Tables.TableRow>(),
            row => Assert.Equal(table.OfType<Markdig.Extensions.Tables.TableRow>().First().Count, row.Count)));
        Assert.DoesNotContain(" @channel", Markdown.ToPlainText(document.ToString() ?? "", pipeline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markdown_ticks_the_boxes_that_passed()
    {
        using var run = new ReportedRun();
        run.Plan(StepKind.Verification).Do(StepKind.Verification, TimeSpan.FromSeconds(1), target => new Verification(
            target, run.RunId, Verdict.Failed,
            [
                run.Check(CheckTable.HealthStatus, CheckOutcome.Met("200")),
                run.Check(CheckTable.HealthMetrics, CheckOutcome.NotMet("503", "Start it.")),
                run.Check(CheckTable.HealthTls, CheckOutcome.Skipped("the target has no url")),
            ]));
        var text = await Renderer.RenderAsync(run.End().Report(), ReportFormat.Markdown);
        Assert.Contains("- [x] **health.status**", text, StringComparison.Ordinal);
        Assert.Contains("- [ ] **health.metrics**", text, StringComparison.Ordinal);
        Assert.Contains("- [ ] **health.tls**", text, StringComparison.Ordinal);
        Assert.Contains("503<br>→ Start it.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Junit_keeps_to_its_schema_and_counts_what_failed()
    {
        var schemas = new XmlSchemaSet();
        using var reader = XmlReader.Create(Schema("junit-10.xsd"));
        schemas.Add(null, reader);
        using var whole = ReportedRun.Whole();
        using var large = LargeReport.Run();
        foreach (var report in new[] { whole.Report(), large.Report(), HostileReport.Create() })
        {
            var document = XDocument.Parse(await Renderer.RenderAsync(report, ReportFormat.JUnit));
            document.Validate(schemas, (_, problem) => Assert.Fail(problem.Message));
            Assert.Equal($"{report.Counts.All}", document.Root!.Attribute("tests")!.Value);
            Assert.Equal(
                [report.Counts.Failed, report.Counts.Skipped + report.Counts.Manual],
                [document.Descendants("failure").Count(), document.Descendants("skipped").Count()]);
            Assert.Equal(report.Counts.All, document.Descendants("testcase").Count());
        }
    }

    [Fact]
    public async Task Sarif_keeps_to_its_schema()
    {
        // The validator knows drafts from 6 on; this schema uses nothing of draft 4 that they changed, but the name of its id.
        using var stream = Schema("sarif-schema-2.1.0.json");
        var source = (JsonObject)JsonNode.Parse(stream)!;
        source["$schema"] = "http://json-schema.org/draft-07/schema#";
        source.Remove("id");
        var schema = JsonSchema.FromText(source.ToJsonString(), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        using var whole = ReportedRun.Whole();
        foreach (var report in new[] { whole.Report(), HostileReport.Create() })
        {
            var text = await Renderer.RenderAsync(report, ReportFormat.Sarif);
            var result = schema.Evaluate(
                JsonDocument.Parse(text).RootElement,
                new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
            Assert.True(result.IsValid, string.Join("; ", (result.Details ?? []).Where(one => one.Errors is not null)
                .SelectMany(one => one.Errors!.Select(error => $"{one.InstanceLocation}: {error.Value}"))));
            Assert.Equal(report.Attention.Count, JsonNode.Parse(text)!["runs"]![0]!["results"]!.AsArray().Count);
        }

        // What the schema refuses is refused: the test can fail.
        Assert.False(schema.Evaluate(JsonDocument.Parse("""{ "version": "2.1.0", "runs": [ { "tool": {} } ] }""").RootElement).IsValid);
    }

    [Fact]
    public void Json_is_read_back_as_it_was_written()
    {
        using var run = ReportedRun.Whole();
        var report = run.Report();
        var read = JsonSerializer.Deserialize(ReportJson.Write(report), ReportJson.Default.ReportData)!;
        Assert.Equivalent(report, read, strict: true);
    }

    private static Stream Schema(string name) => typeof(ReportFormatTests).Assembly.GetManifestResourceStream(name)!;

    [GeneratedRegex(
        @"<(?:script|link|iframe|object|embed|img)\b|\bsrc=|\bhref=|url\(|@import|https?://(?!www\.w3\.org/2000/svg)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Loading();
}
