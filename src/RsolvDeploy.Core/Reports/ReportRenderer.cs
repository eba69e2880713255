using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;
using Fluid.Values;

namespace RsolvDeploy.Reports;

/// <summary>Writes a report as text.</summary>
/// <param name="templates">The templates of the formats for people.</param>
internal sealed class ReportRenderer(TemplateFolder templates)
{
    private readonly TemplateRenderer _renderer = new(templates);

    /// <summary>The extension of the files of a format.</summary>
    public static string Extension(ReportFormat format) => format switch
    {
        ReportFormat.Html => ".html",
        ReportFormat.Markdown => ".md",
        ReportFormat.Json => ".json",
        ReportFormat.JUnit => ".junit.xml",
        _ => ".sarif",
    };

    /// <summary>The report in a format.</summary>
    /// <exception cref="Errors.DeployException">
    /// <c>TemplateInvalid</c>, <c>TemplateFolderNotFound</c>, <c>TemplateUnreadable</c>.
    /// </exception>
    public async Task<string> RenderAsync(ReportData report, ReportFormat format) => format switch
    {
        ReportFormat.Html => await _renderer.RenderAsync(
            "report.html.liquid",
            ReportTemplateOptions.Create(),
            new Dictionary<string, object>
            {
                ["report"] = report,
                ["charts"] = ReportCharts.From(report),
                ["style"] = templates.Read("report.css").Text,
            },
            HtmlEncoder.Create(UnicodeRanges.All)),
        ReportFormat.Markdown => await _renderer.RenderAsync(
            "report.md.liquid",
            ReportTemplateOptions.Create(text => new StringValue(MarkdownText.Escape(text), encode: false)),
            new Dictionary<string, object> { ["report"] = report },
            NullEncoder.Default),
        ReportFormat.Json => ReportJson.Write(report),
        ReportFormat.JUnit => JUnitReport.Write(report),
        _ => SarifReport.Write(report),
    };
}
