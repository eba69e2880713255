using System.Globalization;
using System.Xml.Linq;

namespace RsolvDeploy.Reports;

/// <summary>
/// A chart as SVG inside of a page. Text is data and never markup; colours are classes of the page, so that light, dark and print share it.
/// </summary>
internal sealed class SvgChart
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly XElement _root;

    /// <summary>Begins a chart.</summary>
    /// <param name="id">Its id in the page.</param>
    /// <param name="title">What it shows, for those who cannot see it.</param>
    /// <param name="width">Its width, in units of its own.</param>
    /// <param name="height">Its height, in the same units.</param>
    public SvgChart(string id, string title, double width, double height) => _root = new XElement(
        Svg + "svg",
        new XAttribute("class", "chart"),
        new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
        new XAttribute("width", Number(width)),
        new XAttribute("height", Number(height)),
        new XAttribute("role", "img"),
        new XAttribute("aria-labelledby", $"{id}-title"),
        new XElement(Svg + "title", new XAttribute("id", $"{id}-title"), Printable(title)));

    /// <summary>Adds a rectangle; its text shows when it is pointed at.</summary>
    public void Bar(string kind, (double X, double Y) at, (double Width, double Height) size, string text) => _root.Add(new XElement(
        Svg + "rect",
        new XAttribute("class", kind),
        new XAttribute("x", Number(at.X)),
        new XAttribute("y", Number(at.Y)),
        new XAttribute("width", Number(Math.Max(1, size.Width))),
        new XAttribute("height", Number(size.Height)),
        new XAttribute("rx", "2"),
        new XElement(Svg + "title", Printable(text))));

    /// <summary>Adds a line through points.</summary>
    public void Line(string kind, IEnumerable<(double X, double Y)> points) => _root.Add(new XElement(
        Svg + "polyline",
        new XAttribute("class", kind),
        new XAttribute("points", string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}")))));

    /// <summary>Adds a text.</summary>
    public void Text(string kind, (double X, double Y) at, string text) => _root.Add(new XElement(
        Svg + "text",
        new XAttribute("class", kind),
        new XAttribute("x", Number(at.X)),
        new XAttribute("y", Number(at.Y)),
        Printable(text)));

    /// <summary>Adds a vertical grid line with its label below.</summary>
    public void Tick(double x, (double Top, double Bottom) span, string label)
    {
        Line("grid", [(x, span.Top), (x, span.Bottom)]);
        Text("tick", (x, span.Bottom + 14), label);
    }

    /// <summary>The chart as markup.</summary>
    public override string ToString() => _root.ToString(SaveOptions.DisableFormatting);

    private static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    private static string Printable(string text) => PrintableXml.From(text);
}
