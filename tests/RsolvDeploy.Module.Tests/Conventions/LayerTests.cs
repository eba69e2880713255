using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>Who may know whom: the layers of the design, held against the compiled core and the usings of its source.</summary>
public partial class LayerTests
{
    /// <summary>
    /// The folders of the core, top to bottom. A folder uses folders of the rows below its own, never one beside it or above. The same list
    /// stands in docs/architecture.md.
    /// </summary>
    private static readonly string[] Layers =
    [
        "Deployments",
        "Announcements",
        "Reports",
        "Preflight",
        "Triggers Updates Setup",
        "Rollbacks",
        "Evidence Smoke TestData",
        "Measurements",
        "Staging",
        "Monitoring",
        "Migrations",
        "Rollouts Health Dashboards Images Backups",
        "SourceControl",
        "Steps",
        "Runs Services",
        "Cluster",
        "Checks Configuration",
        "Redaction",
        "Signing",
        "Resilience Programs Storage Reporting Tracing Json",
        "Model",
        "Errors",
    ];

    private static readonly string Source = Path.Combine(Clone.Root, "src");

    [Fact]
    public void Folders_of_the_core_and_their_sub_folders_form_no_circles()
    {
        var graph = Graph();
        Offenders.AssertNone(Circles.Find(graph.Keys).Select(circle => $"{string.Join(" ", circle)}: "
            + string.Join(
                "; ",
                graph
                    .Where(edge => circle.Contains(edge.Key.From) && circle.Contains(edge.Key.To))
                    .Select(edge => $"{edge.Key.From} uses {edge.Key.To} ({edge.Value})"))));
    }

    [Fact]
    public void A_folder_of_the_core_uses_only_layers_below() =>
        Offenders.AssertNone(Graph()
            .Where(edge => Folder(edge.Key.From) != Folder(edge.Key.To) && Layer(edge.Key.To) <= Layer(edge.Key.From))
            .Select(edge => $"{edge.Key.From} uses {edge.Key.To} ({edge.Value})"));

    [Fact]
    public void The_transport_is_known_to_the_cluster_alone() =>
        Offenders.AssertNone(Graph()
            .Where(edge => edge.Key.To == "Cluster/Transport" && Folder(edge.Key.From) != "Cluster")
            .Select(edge => $"{edge.Key.From} ({edge.Value})"));

    [Fact]
    public void Every_folder_of_the_core_has_its_layer_and_every_layer_its_folder()
    {
        var folders = Directory.GetDirectories(Path.Combine(Source, "RsolvDeploy.Core"))
            .Select(Path.GetFileName)
            .Except(["bin", "obj"])
            .Order(StringComparer.Ordinal);
        Assert.Equal(folders, Layers.SelectMany(row => row.Split(' ')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_architecture_page_lists_the_same_layers()
    {
        var page = File.ReadAllText(Path.Combine(Clone.Root, "docs", "architecture.md"));
        var table = page[page.IndexOf("## Layers", StringComparison.Ordinal)..page.IndexOf("## A step", StringComparison.Ordinal)];
        var rows = Row().Matches(table).Select(row => Sorted(row.Groups[1].Value.Split('`', ',', ' '))).ToList();
        Assert.Equal(Layers.Select(row => Sorted(row.Split(' '))), rows);
    }

    [Fact]
    public void The_namespace_of_a_file_is_its_folder() =>
        Offenders.AssertNone(SourceFiles.Below("src/RsolvDeploy.Core")
            .Where(file => Namespace().Match(File.ReadAllText(file.Path)).Groups[1].Value != Expected(file.Name))
            .Select(file => file.Name));

    [Fact]
    public void Only_the_cmdlets_know_powershell() => Assert.DoesNotContain("System.Management.Automation", Assemblies.Read(
        Assemblies.Core,
        reader => reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).ToList()));

    [Theory]
    [InlineData("RsolvDeploy.Core", "")]
    [InlineData("RsolvDeploy.Sandbox", "")]
    [InlineData("RsolvDeploy.Help", "")]
    [InlineData("RsolvDeploy.Host", "")]
    [InlineData("RsolvDeploy", "RsolvDeploy.Core")]
    public void A_project_is_compiled_against_no_other_than_it_may(string project, string known)
    {
        var file = File.ReadAllText(Path.Combine(Source, project, $"{project}.csproj"));
        // What is only built along does not reference its output.
        var references = Reference()
            .Matches(file)
            .Where(match => !match.Groups[2].Value.Contains("ReferenceOutputAssembly=\"false\"", StringComparison.Ordinal));
        Assert.Equal(known.Split(' ', StringSplitOptions.RemoveEmptyEntries), references.Select(match => match.Groups[1].Value));
    }

    // What the compiler wrote, and the usings: a constant of another folder leaves its trace only there.
    private static Dictionary<(string From, string To), string> Graph()
    {
        var compiled = AssemblyGraph.Read(Assemblies.Core);
        var graph = compiled.Edges.ToDictionary(edge => edge, edge => string.Join(", ", compiled.Reasons(edge)));
        foreach (var (path, name) in SourceFiles.Below("src/RsolvDeploy.Core"))
        {
            var from = Slashed(Expected(name));
            foreach (var to in Using()
                .Matches(File.ReadAllText(path))
                .Select(match => Slashed(match.Groups[1].Value))
                .Where(to => to != from))
            {
                graph.TryAdd((from, to), $"a using in {Path.GetFileName(path)}");
            }
        }

        return graph;
    }

    private static string Sorted(IEnumerable<string> names) =>
        string.Join(' ', names.Where(name => name.Length > 0).Order(StringComparer.Ordinal));

    private static string Slashed(string name) => name == "RsolvDeploy" ? "Model" : name["RsolvDeploy.".Length..].Replace('.', '/');

    private static string Folder(string path) => path.Split('/')[0];

    private static int Layer(string path) => Array.FindIndex(Layers, row => row.Split(' ').Contains(Folder(path)));

    // The public records of the model are in the root namespace, for users.
    private static string Expected(string file)
    {
        var folders = file.Split('/')[2..^1];
        return folders is ["Model", ..] ? "RsolvDeploy" : string.Join('.', ["RsolvDeploy", .. folders]);
    }

    [GeneratedRegex(@"^\|[^|]*\|( `[^|]*)\|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (RsolvDeploy(?:\.\w+)*);", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Using();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*/([\w.]+)\.csproj""([^>]*)>", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
