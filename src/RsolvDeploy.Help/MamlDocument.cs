using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace RsolvDeploy.Help;

/// <summary>The help file that <c>Get-Help</c> reads: MAML, as PowerShell's "How to create the cmdlet help file" describes it.</summary>
internal static class MamlDocument
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static XDocument Create(IEnumerable<CmdletInfo> commands, XmlDocumentation documented) =>
        new(new XElement(Items + "helpItems", new XAttribute("schema", "maml"), commands.Select(command => Create(command, documented))));

    private static XElement Create(CmdletInfo command, XmlDocumentation documented) =>
        new(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", command.Name),
                Paragraph(Maml + "description", documented.Synopsis(command)),
                new XElement(Command + "verb", command.Verb),
                new XElement(Command + "noun", command.Noun)),
            Paragraph(Maml + "description", documented.Description(command)),
            new XElement(Command + "syntax", command.ParameterSets.Select(set => Syntax(command, set, documented))),
            new XElement(Command + "parameters", Declared(command).Select(parameter => Parameter(command, parameter, documented))),
            new XElement(Command + "inputTypes", Inputs(command)),
            new XElement(
                Command + "returnValues",
                command.OutputType.Select(type => new XElement(
                    Command + "returnValue", TypeOf(type.Name), Paragraph(Maml + "description", Members(type.Type))))),
            new XElement(Maml + "alertSet", Notes(command).Select(note => Paragraph(Maml + "alert", note))),
            new XElement(Command + "examples", documented.Examples(command).Select(Example)),
            new XElement(Maml + "relatedLinks", Link("Online version", Address(command)), Link("about_RsolvDeploy", "")));

    private static List<XElement> Inputs(CmdletInfo command)
    {
        var types = Piped(command).Select(type => new XElement(Command + "inputType", TypeOf(type))).ToList();
        if (types.Count > 0) return types;
        var properties = Declared(command).Where(parameter => parameter.ValueFromPipelineByPropertyName).Select(parameter => parameter.Name)
            .ToList();
        var text = properties.Count > 0
            ? $"Objects are taken by their properties: {string.Join(", ", properties)}."
            : "Nothing is taken from the pipeline.";
        return [new XElement(Command + "inputType", TypeOf("None"), Paragraph(Maml + "description", text))];
    }

    // What the pipeline passes as a whole.
    private static IEnumerable<string> Piped(CmdletInfo command) => command.ParameterSets
        .SelectMany(set => set.Parameters)
        .Where(parameter => parameter.ValueFromPipeline)
        .Select(parameter => parameter.ParameterType.FullName!)
        .Distinct();

    private static string Members(Type? type)
    {
        if (type?.Namespace != "RsolvDeploy") return "";
        var properties = type.GetProperties().Select(property => property.Name);
        return $"Properties: {string.Join(", ", properties)}.";
    }

    private static IEnumerable<string> Notes(CmdletInfo command)
    {
        if (command.Parameters.ContainsKey("WhatIf"))
            yield return "-WhatIf shows what would change, and changes nothing. -Confirm:$false answers the question of a script.";
        yield return "Each error has a stable id: Get-Help about_RsolvDeploy_Errors.";
    }

    private static string Address(CmdletInfo command) => command.ImplementingType.GetCustomAttribute<CmdletAttribute>()!.HelpUri;

    private static XElement TypeOf(string name) => new(Dev + "type", new XElement(Maml + "name", name));

    private static XElement Link(string text, string address) => new(
        Maml + "navigationLink", new XElement(Maml + "linkText", text), new XElement(Maml + "uri", address));

    private static XElement Syntax(CmdletInfo command, CommandParameterSetInfo set, XmlDocumentation documented) =>
        new(
            Command + "syntaxItem",
            new XElement(Maml + "name", command.Name),
            set.Parameters
                .Where(parameter => IsDeclared(command, parameter.Name))
                .Select(parameter => Parameter(command, parameter, documented)));

    private static IEnumerable<CommandParameterInfo> Declared(CmdletInfo command) =>
        command.ParameterSets
            .SelectMany(set => set.Parameters)
            .Where(parameter => IsDeclared(command, parameter.Name))
            .DistinctBy(parameter => parameter.Name);

    private static bool IsDeclared(CmdletInfo command, string parameter) =>
        parameter is "WhatIf" or "Confirm" || command.ImplementingType.GetProperty(parameter) is not null;

    private static XElement Parameter(CmdletInfo command, CommandParameterInfo parameter, XmlDocumentation documented)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return new XElement(
            Command + "parameter",
            new XAttribute("required", parameter.IsMandatory ? "true" : "false"),
            new XAttribute("variableLength", type.IsArray ? "true" : "false"),
            new XAttribute("globbing", parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any() ? "true" : "false"),
            new XAttribute("pipelineInput", PipelineInput(parameter)),
            new XAttribute("position", parameter.Position >= 0 ? parameter.Position.ToString(CultureInfo.InvariantCulture) : "named"),
            new XAttribute("aliases", string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Paragraph(Maml + "description", Text(command, parameter.Name, documented)),
            type == typeof(SwitchParameter)
                ? null
                : new XElement(Command + "parameterValue", new XAttribute("required", "true"), type.Name),
            new XElement(Dev + "type", new XElement(Maml + "name", type.Name)));
    }

    private static string Text(CmdletInfo command, string parameter, XmlDocumentation documented) => parameter switch
    {
        "WhatIf" => "Shows what would happen, and changes nothing.",
        "Confirm" => "Asks for confirmation before anything is changed.",
        _ => documented.Parameter(command, parameter),
    };

    private static string PipelineInput(CommandParameterInfo parameter) =>
        (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "true (ByValue, ByPropertyName)",
            (true, false) => "true (ByValue)",
            (false, true) => "true (ByPropertyName)",
            _ => "false",
        };

    private static XElement Example(Example example, int index) =>
        new(
            Command + "example",
            new XElement(Maml + "title", $"Example {index + 1}"),
            new XElement(Dev + "code", example.Code),
            Paragraph(Dev + "remarks", example.Remarks));

    private static XElement Paragraph(XName name, string text) => new(name, new XElement(Maml + "para", text));
}
