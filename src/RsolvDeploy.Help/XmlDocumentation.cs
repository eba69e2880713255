using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RsolvDeploy.Help;

/// <summary>The XML documentation of the cmdlets that the compiler writes.</summary>
internal sealed partial class XmlDocumentation
{
    private const int LeastExamples = 2;
    private readonly Dictionary<string, XElement> _members;

    private XmlDocumentation(Dictionary<string, XElement> members) => _members = members;

    public static XmlDocumentation Load(string path) =>
        new(XDocument.Load(path, LoadOptions.PreserveWhitespace)
            .Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal));

    public string Synopsis(CmdletInfo command) => Text(Member(command)?.Element("summary"));

    public string Description(CmdletInfo command) =>
        Text(Member(command)?.Element("remarks")) is { Length: > 0 } remarks ? remarks : Synopsis(command);

    public string Parameter(CmdletInfo command, string parameter) =>
        Text(_members
            .GetValueOrDefault($"P:{command.ImplementingType.GetProperty(parameter)?.DeclaringType?.FullName}.{parameter}")
            ?.Element("summary"));

    public IReadOnlyList<Example> Examples(CmdletInfo command) =>
        [.. Member(command)
            ?.Elements("example")
            .Select(example => new Example(Code(example.Element("code")), Text(example.Element("para"))))
            ?? []];

    /// <summary>The parts of a cmdlet's help that are missing.</summary>
    public IEnumerable<string> MissingFor(CmdletInfo command)
    {
        if (Synopsis(command).Length == 0) yield return command.Name;
        if (Examples(command).Count < LeastExamples) yield return $"{command.Name}: a second example";
        foreach (var parameter in Own(command).Where(parameter => Parameter(command, parameter).Length == 0))
            yield return $"{command.Name} -{parameter}";
    }

    /// <summary>The parameters that the cmdlet itself declares.</summary>
    public static IEnumerable<string> Own(CmdletInfo command) =>
        command.Parameters.Keys.Where(name => command.ImplementingType.GetProperty(name) is not null);

    private XElement? Member(CmdletInfo command) => _members.GetValueOrDefault($"T:{command.ImplementingType.FullName}");

    private static string Text(XElement? element)
    {
        if (element is null) return "";
        var words = element.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } link =>
                (link.Attribute("cref") ?? link.Attribute("langword") ?? link.Attribute("name"))?.Value.Split('.', ':')[^1] ?? "",
            _ => "",
        });
        return Spaces().Replace(string.Concat(words), " ").Trim();
    }

    // The compiler keeps the indentation of the comment; examples start at the margin.
    private static string Code(XElement? element)
    {
        var lines = (element?.Value ?? "").ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        var indent = lines
            .Where(line => line.Trim().Length > 0)
            .Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0)
            .Min();
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..] : line.TrimStart()));
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Spaces();
}
