using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Views;

/// <summary>What an operator sees of each result, on three terminals. RSOLV_WRITE_DOCS=1 writes the golden files anew.</summary>
public sealed partial class GoldenViewTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Clone.Root, "tests", "RsolvDeploy.Module.Tests", "Views");

    private static readonly string FormatFile = Path.Combine(Clone.Root, "module", "RsolvDeploy.Format.ps1xml");

    private static readonly JsonSerializerOptions Strict = new()
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly HostedSession _session = HostedSession.WithModule();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void Every_default_view_is_the_golden_one(int columns)
    {
        _session.Host.Interface.RawUI.BufferSize = new Size(columns, 50);
        using var samples = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "samples.json")));
        var page = new StringBuilder();
        foreach (var name in Viewed())
        {
            Assert.True(samples.RootElement.TryGetProperty(name, out var sample), $"samples.json has no {name}.");
            var lines = Rendered(name, sample);
            Assert.All(lines, line => Assert.True(line.Length <= columns, $"{name}: '{line}' has {line.Length} columns."));
            page.Append($"# {name}\n\n{string.Join('\n', lines).Trim('\n')}\n\n");
        }

        Assert.Equal(samples.RootElement.EnumerateObject().Count(), Viewed().Count);
        var path = Path.Combine(Folder, $"columns-{columns}.txt");
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1") File.WriteAllText(path, page.ToString());
        Assert.Equal(File.ReadAllText(path), page.ToString());
    }

    [Fact]
    public void Every_result_of_a_command_has_a_view_of_at_most_five_columns()
    {
        var outputs = _session.Invoke("Get-Command -Module RsolvDeploy").ThrowOnError().Output
            .SelectMany(one => ((CmdletInfo)one.BaseObject).OutputType)
            .Select(output => output.Type)
            .Where(type => type is { IsInterface: false, Namespace: "RsolvDeploy" })
            .Select(type => type.Name)
            .Distinct()
            .ToList();
        Assert.NotEmpty(outputs);
        Assert.Empty(outputs.Except(Viewed()));
        Assert.All(
            XDocument.Load(FormatFile).Descendants("TableRowEntry"),
            row => Assert.InRange(row.Descendants("TableColumnItem").Count(), 1, 5));
    }

    // PowerShell shows what follows another output as a list.
    [Fact]
    public void After_another_output_a_result_is_a_short_list()
    {
        _session.Host.Interface.RawUI.BufferSize = new Size(120, 50);
        using var samples = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "samples.json")));
        foreach (var name in Viewed())
        {
            var first = Objects(name, samples.RootElement.GetProperty(name))[0];
            var lines = _session.Render("[pscustomobject]@{ Another = 1 }, $args[0]", first).ToList();
            Assert.DoesNotContain(lines, line => line.Contains("Settings {", StringComparison.Ordinal));
            Assert.True(lines.Count < 40, $"{name}:\n{string.Join('\n', lines)}");
        }
    }

    // A sample is an object of the module's own type: a property that is renamed or of another type fails here.
    private object[] Objects(string name, JsonElement sample)
    {
        var type = (Type)_session.Invoke($"[RsolvDeploy.{name}]").ThrowOnError().Output.Single().BaseObject;
        return [.. sample.EnumerateArray().Select(one => one.Deserialize(type, Strict)!)];
    }

    private List<string> Rendered(string name, JsonElement sample) =>
        [.. _session.Render("$args[0]", [Objects(name, sample)]).Select(line => Zone().Replace(line.TrimEnd(), "$1+00:00"))];

    private static List<string> Viewed() =>
        [.. XDocument.Load(FormatFile)
            .Descendants("ViewSelectedBy")
            .Select(view => view.Elements("TypeName").First().Value.Replace("RsolvDeploy.", "", StringComparison.Ordinal))
            .Distinct()];

    // Times of the samples are local ones, so that only the zone differs between machines.
    [GeneratedRegex(@"(\d\d:\d\d )[+-]\d\d:\d\d", RegexOptions.CultureInvariant)]
    private static partial Regex Zone();
}
