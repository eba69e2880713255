using System.Text.Json.Nodes;
using System.Xml.Linq;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>What is built is what is locked, and a release has provenance.</summary>
public sealed class SupplyChainTests
{
    [Fact]
    public void Every_project_is_restored_as_it_is_locked()
    {
        var properties = XDocument.Load(Path.Combine(Clone.Root, "Directory.Build.props"));
        Assert.Equal("'$(CI)' == 'true'", properties.Descendants("RestoreLockedMode").Single().Attribute("Condition")!.Value);
        var projects = new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Clone.Root, folder), "*.csproj", SearchOption.AllDirectories))
            // It compiles what the others restored.
            .Where(project => Path.GetFileNameWithoutExtension(project) != "RsolvDeploy.Package")
            .ToList();
        Assert.NotEmpty(projects);
        Assert.All(projects, project =>
        {
            var locks = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")))!;
            var packages = locks["dependencies"]!.AsObject()
                .SelectMany(framework => framework.Value!.AsObject())
                .Where(package => package.Value!["type"]!.GetValue<string>() != "Project");
            Assert.All(packages, package => Assert.NotNull(package.Value!["contentHash"]));
        });
    }

    [Fact]
    public void A_release_is_built_in_CI_with_its_provenance()
    {
        var release = File.ReadAllText(Path.Combine(Clone.Root, ".github", "workflows", "release.yml"));
        Assert.Contains("uses: actions/attest-build-provenance@", release, StringComparison.Ordinal);
        Assert.Contains("attestations: write", release, StringComparison.Ordinal);
    }
}
