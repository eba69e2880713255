using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>Who may know whom: the design's dependency rule, held against the source.</summary>
public class LayerTests
{
    private const string Ground = "Model Errors Reporting Programs Checklist Storage";

    private static readonly string Source = Path.Combine(Clone.Root, "src");

    /// <summary>What each folder of the core may know beside itself, the model and the ground that all stand on.</summary>
    public static TheoryData<string, string> Folders => new()
    {
        { "Model", "" },
        { "Errors", "" },
        { "Reporting", "" },
        { "Programs", "" },
        { "Checklist", "" },
        { "Storage", "" },
        { "Configuration", "" },
        { "Cluster", "" },
        { "Source", "Configuration" },
        { "Health", "" },
        { "Monitoring", "Health" },
        { "Images", "Cluster Source Runs" },
        { "Backups", "Cluster Configuration Runs" },
        { "Runs", "Cluster" },
        { "Rollouts", "Cluster Configuration Runs Rollbacks" },
        { "Migrations", "Cluster Configuration Runs Rollouts" },
        { "Triggers", "Cluster Configuration Health Monitoring Rollouts" },
        // These put the steps together.
        { "Environments", "Cluster Configuration Source Images Backups Rollouts Health Monitoring Triggers" },
        { "Rollbacks", "Cluster Configuration Runs Backups Rollouts Health Monitoring Migrations Triggers Environments" },
        { "Resuming", "Cluster Configuration Runs Backups Images Migrations Rollouts Rollbacks" },
    };

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_of_the_core_knows_only_what_it_may(string folder, string known)
    {
        var path = Path.Combine(Source, "RsolvDeploy.Core", folder);
        if (!Directory.Exists(path)) return;
        string[] allowed = [folder, .. folder is "Model" or "Errors" or "Reporting" or "Programs" or "Checklist" ? [] : Ground.Split(' '), .. known.Split(' ')];
        var others = Folders.Select(row => row.Data.Item1).Except(allowed).ToList();
        // By a using, or by a qualified name in the code; names of the ground are names of properties as well.
        var rule = new Regex($@"^using RsolvDeploy\.({string.Join('|', others)})\b|(?<![\w.""$])({string.Join('|', others.Except(Ground.Split(' ')))})\.[A-Z]\w+[.(]", RegexOptions.Multiline);
        Assert.Empty(Files(path).Select(file => (File: Path.GetRelativePath(Source, file), Match: rule.Match(Code(file)))).Where(hit => hit.Match.Success).Select(hit => $"{hit.File}: {hit.Match.Value}"));
    }

    [Fact]
    public void Every_folder_of_the_core_has_its_row()
    {
        var folders = Directory.GetDirectories(Path.Combine(Source, "RsolvDeploy.Core")).Select(Path.GetFileName).Except(["bin", "obj"]);
        Assert.Empty(folders.Except(Folders.Select(row => row.Data.Item1)));
    }

    [Fact]
    public void Only_the_cmdlets_know_powershell() =>
        Assert.DoesNotContain(Files(Path.Combine(Source, "RsolvDeploy.Core")), path => File.ReadAllText(path).Contains("System.Management.Automation", StringComparison.Ordinal));

    [Theory]
    [InlineData("RsolvDeploy.Core", "")]
    [InlineData("RsolvDeploy.Loader", "")]
    [InlineData("RsolvDeploy.Sandbox", "")]
    [InlineData("RsolvDeploy.Help", "")]
    [InlineData("RsolvDeploy.Host", "")]
    [InlineData("RsolvDeploy", "RsolvDeploy.Core")]
    public void A_project_is_compiled_against_no_other_than_it_may(string project, string known)
    {
        var file = File.ReadAllText(Path.Combine(Source, project, $"{project}.csproj"));
        // What is only built along does not reference its output.
        var references = Regex.Matches(file, @"<ProjectReference Include=""[^""]*/([\w.]+)\.csproj""([^>]*)>").Where(match => !match.Groups[2].Value.Contains("ReferenceOutputAssembly=\"false\"", StringComparison.Ordinal));
        Assert.Equal(known.Split(' ', StringSplitOptions.RemoveEmptyEntries), references.Select(match => match.Groups[1].Value));
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    // Without what the comments name.
    private static string Code(string file) => Regex.Replace(File.ReadAllText(file), "//.*", "");
}
