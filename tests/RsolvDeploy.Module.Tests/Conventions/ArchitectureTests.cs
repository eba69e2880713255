using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Conventions;

/// <summary>The architecture page is true: what it links to exists, and each flow passes from file to file in one direction.</summary>
public partial class ArchitectureTests
{
    private const int LongestFlow = 6;
    private static readonly string Page = File.ReadAllText(Path.Combine(Clone.Root, "docs", "architecture.md"));

    public static TheoryData<string> Flows =>
        [.. Sections().Matches(Page[Page.IndexOf("## Five flows", StringComparison.Ordinal)..]).Select(match => match.Value)];

    [Fact]
    public void What_the_page_links_to_exists() => Assert.All(
        Links().Matches(Page).Select(match => match.Groups[2].Value),
        link => Assert.True(Path.Exists(Path.Combine(Clone.Root, "docs", link)), link));

    [Fact]
    public void There_are_five_flows() => Assert.Equal(5, Flows.Count);

    [Theory]
    [MemberData(nameof(Flows))]
    public void Each_file_of_a_flow_names_the_next_one_and_none_names_an_earlier_one(string section)
    {
        var files = Steps().Matches(section).Select(match => (Name: match.Groups[1].Value, Text: Code(match.Groups[2].Value))).ToList();
        Assert.InRange(files.Count, 3, LongestFlow);
        Assert.Contains("ProcessAsync", files[0].Text, StringComparison.Ordinal);
        for (var index = 1; index < files.Count; index++)
        {
            // The first hop is by the invocation that every cmdlet declares, the second by the interface that every step implements.
            if (index is not 2)
                Assert.True(Names(files[index - 1].Text, files[index].Name), $"{files[index - 1].Name} does not name {files[index].Name}");
            Assert.DoesNotContain(
                files.Take(index), earlier => Names(files[index].Text, earlier.Name) && earlier.Name is not "StepInvocation");
        }
    }

    private static bool Names(string text, string type) => Regex.IsMatch(text, $@"\b{type}\b");

    private static string Code(string link) => Regex.Replace(File.ReadAllText(Path.Combine(Clone.Root, "docs", link)), "//.*", "");

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)#]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^### .*?(?=^### |^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Sections();

    [GeneratedRegex(@"^\d\. \[(\w+)\]\(([^)]+)\)", RegexOptions.Multiline)]
    private static partial Regex Steps();
}
