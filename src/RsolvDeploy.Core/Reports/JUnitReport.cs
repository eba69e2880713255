using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace RsolvDeploy.Reports;

/// <summary>A report as JUnit XML: a suite for each step, a case for each check.</summary>
internal static class JUnitReport
{
    /// <summary>The document.</summary>
    public static string Write(ReportData report)
    {
        var root = new XElement(
            "testsuites", Text("name", $"{report.Target} {report.RunId}"), Counts(report.Counts), Time(report.Duration));
        root.Add(report.Phases.Where(phase => phase.Checks.Count > 0).Select((phase, index) => Suite(report, phase, index)));
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
            root.Save(writer);
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}\n";
    }

    private static XElement Suite(ReportData report, ReportPhase phase, int index)
    {
        var counts = ReportCounts.From(phase.Checks);
        return new XElement(
            "testsuite",
            Text("name", phase.Title),
            Text("id", index.ToString(CultureInfo.InvariantCulture)),
            Counts(counts),
            Text("skipped", (counts.Skipped + counts.Manual).ToString(CultureInfo.InvariantCulture)),
            Time(phase.Duration ?? 0),
            phase.Started is { } started ? Text("timestamp", started.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)) : null,
            new XElement(
                "properties", Property("run", report.RunId), Property("target", report.Target), Property("status", phase.Status)),
            phase.Checks.Select(check => Case(phase, check)));
    }

    private static XElement Case(ReportPhase phase, ReportCheck check)
    {
        var element = new XElement(
            "testcase", Text("name", $"{check.Id}: {check.Title}"), Text("classname", $"rsolv.{phase.Kind}"), Time(check.Duration ?? 0));
        var text = Printable(check.Remedy is null ? check.Evidence : $"{check.Evidence}\n{check.Remedy}");
        switch (check.Status)
        {
            case CheckStatus.Failed when check.Severity == CheckSeverity.Required:
                element.Add(new XElement("failure", Text("message", check.Evidence), Text("type", check.Id), text));
                break;
            case CheckStatus.Skipped or CheckStatus.Manual:
                element.Add(new XElement("skipped", Text("message", $"{check.Status}: {check.Evidence}")));
                break;
            default:
                element.Add(new XElement("system-out", $"{check.Status}: {text}"));
                break;
        }

        return element;
    }

    // An advisory check that failed fails nothing, in a CI system neither.
    private static object[] Counts(ReportCounts counts) =>
    [
        Text("tests", counts.All.ToString(CultureInfo.InvariantCulture)),
        Text("failures", counts.FailedRequired.ToString(CultureInfo.InvariantCulture)),
        Text("errors", "0"),
    ];

    private static XElement Property(string name, string value) => new("property", Text("name", name), Text("value", value));

    private static XAttribute Time(double seconds) => new("time", Math.Round(seconds, 3).ToString("0.###", CultureInfo.InvariantCulture));

    private static XAttribute Text(string name, string value) => new(name, Printable(value));

    private static string Printable(string text) => PrintableXml.From(text);
}
