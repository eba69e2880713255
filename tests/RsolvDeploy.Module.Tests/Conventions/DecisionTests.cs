using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>The records of decisions: numbers without holes, an index that names each, and no link to one that is not there.</summary>
public sealed partial class DecisionTests
{
    private static readonly string Folder = Path.Combine(Clone.Root, "docs", "decisions");

    private static readonly List<string> Records =
        [.. Directory.EnumerateFiles(Folder, "*.md").Select(file => Path.GetFileName(file)).Where(name => name != "README.md").Order()];

    [Fact]
    public void Numbers_have_no_holes_and_each_record_has_its_own()
    {
        Assert.Equal(Enumerable.Range(1, Records.Count).Select(number => $"{number:000}"), Records.Select(name => name[..3]));
        Assert.All(Records, name => Assert.StartsWith(
            $"# {name[..3]}: ", File.ReadLines(Path.Combine(Folder, name)).First(), StringComparison.Ordinal));
    }

    [Fact]
    public void The_index_names_each_record_in_order()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Folder, "README.md")));
        Assert.Equal(Records, rows.Select(row => row.Groups["file"].Value));
        Assert.All(rows, row => Assert.StartsWith(row.Groups["number"].Value, row.Groups["file"].Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Pages_link_to_records_that_exist()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Clone.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Clone.Root, "*.md"));
        Assert.All(pages, page => Assert.All(Link().Matches(File.ReadAllText(page)), link =>
            Assert.Contains(link.Groups["file"].Value, Records)));
    }

    [GeneratedRegex(@"^\| \[(?<number>\d{3})\]\((?<file>[^)]+)\) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\((?:\.\./)?(?:docs/)?decisions/(?<file>\d{3}-[^)#]+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Link();
}
