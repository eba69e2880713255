using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using RsolvDeploy.Reports;

namespace RsolvDeploy.Core.Tests.Reports.Browser;

/// <summary>The page in a real browser: on a screen, on a phone, in the dark, on paper and for a screen reader.</summary>
public sealed class ReportPageTests : IAsyncLifetime
{
    private const int Phone = 390;

    // Pictures are kept beside the results of the tests.
    private static readonly string Pictures = Path.Combine(AppContext.BaseDirectory, "TestResults", "reports");

    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-page-").FullName;
    private Chromium? _browser;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Chromium Browser => _browser!;

    public async ValueTask InitializeAsync()
    {
        var program = Chromium.Find();
        Assert.SkipWhen(
            program is null, "Chromium is not installed, so that no page was opened in a browser. Install it: apt-get install chromium");
        Directory.CreateDirectory(Pictures);
        _browser = await Chromium.StartAsync(program!, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("hostile")]
    [InlineData("large")]
    public async Task The_page_makes_no_request_and_no_error_and_fits_a_phone(string kind)
    {
        await OpenAsync(kind);
        Assert.Empty(Browser.Events);
        Assert.True((int)(await Browser.EvaluateAsync("document.querySelectorAll('main h2').length", Stop))! >= 4);
        await Browser.ResizeAsync(Phone, isPhone: true, Stop);
        Assert.Equal(Phone, (int)(await Browser.EvaluateAsync("document.documentElement.scrollWidth", Stop))!);
        await File.WriteAllBytesAsync(Path.Combine(Pictures, $"{kind}-phone.png"), await Browser.CaptureAsync(whole: false, Stop), Stop);
        Assert.Empty(Browser.Events);
    }

    [Fact]
    public async Task Hostile_names_stay_text()
    {
        await OpenAsync("hostile");
        Assert.Equal("undefined", (string?)await Browser.EvaluateAsync("typeof window.hostile", Stop));
        Assert.Equal(
            0, (int)(await Browser.EvaluateAsync("document.querySelectorAll('script, img, iframe, a, object, form').length", Stop))!);
        // Control characters are shown as their pictures, so the comparison begins before them.
        var shown = HostileReport.Text[..HostileReport.Text.IndexOf('\u001b', StringComparison.Ordinal)].Trim();
        var texts = (JsonArray)(await Browser.EvaluateAsync(
            "[...document.querySelectorAll('p, dd, td, code, li, pre span, svg text')].map(one => one.textContent)", Stop))!;
        Assert.True(texts.Count(text => ((string)text!).Contains(shown, StringComparison.Ordinal)) > 20);
        Assert.Empty(Browser.Events);
    }

    [Theory]
    [InlineData("whole", "light")]
    [InlineData("whole", "dark")]
    [InlineData("hostile", "light")]
    public async Task Axe_finds_nothing(string kind, string scheme)
    {
        await OpenAsync(kind);
        await Browser.PreferAsync(scheme, Stop);
        foreach (var width in new[] { 1200, Phone })
        {
            await Browser.ResizeAsync(width, isPhone: width == Phone, Stop);
            await Browser.EvaluateAsync(await AxeAsync() + "; 1", Stop);
            var violations = (JsonArray)(await Browser.EvaluateAsync(
                "axe.run().then(result => result.violations.map(one => "
                    + "({ id: one.id, help: one.help, nodes: one.nodes.slice(0, 3).map(node => node.html) })))",
                Stop))!;
            Assert.True(violations.Count == 0, violations.ToJsonString());
        }
    }

    [Fact]
    public async Task The_page_is_dark_where_the_operator_prefers_it()
    {
        await OpenAsync("whole");
        await Browser.PreferAsync("light", Stop);
        await Browser.ResizeAsync(1000, isPhone: false, Stop);
        Assert.Equal("rgb(255, 255, 255)", await BackgroundAsync());
        await File.WriteAllBytesAsync(Path.Combine(Pictures, "light.png"), await Browser.CaptureAsync(whole: true, Stop), Stop);
        await Browser.PreferAsync("dark", Stop);
        Assert.Equal("rgb(15, 20, 25)", await BackgroundAsync());
        await File.WriteAllBytesAsync(Path.Combine(Pictures, "dark.png"), await Browser.CaptureAsync(whole: true, Stop), Stop);
    }

    [Fact]
    public async Task The_page_is_printed_whole_on_few_sheets()
    {
        await OpenAsync("whole");
        var paper = await Browser.PrintAsync(Stop);
        await File.WriteAllBytesAsync(Path.Combine(Pictures, "paper.pdf"), paper, Stop);
        var text = System.Text.Encoding.Latin1.GetString(paper);
        Assert.StartsWith("%PDF-", text, StringComparison.Ordinal);
        var sheets = System.Text.RegularExpressions.Regex.Count(text, @"/Type\s*/Page\b(?!s)");
        Assert.InRange(sheets, 1, 8);
    }

    private async Task OpenAsync(string kind)
    {
        var path = Path.Combine(_folder, $"{kind}.html");
        using var run = kind == "large" ? LargeReport.Run() : ReportedRun.Whole();
        var report = kind == "hostile" ? HostileReport.Create() : run.Report() with { Operator = "ana@ops-laptop" };
        await File.WriteAllTextAsync(path, await new ReportRenderer(new TemplateFolder(null)).RenderAsync(report, ReportFormat.Html), Stop);
        await Browser.OpenAsync(path, Stop);
    }

    private async Task<string?> BackgroundAsync() =>
        (string?)await Browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor", Stop);

    private static async Task<string> AxeAsync()
    {
        var assembly = typeof(AxeResult).Assembly;
        using var stream = assembly.GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Stop);
    }
}
