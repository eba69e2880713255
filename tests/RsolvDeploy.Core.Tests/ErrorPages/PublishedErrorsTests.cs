using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Core.Tests.ErrorPages;

/// <summary>docs/errors.md and the help topic of the errors are made from the source. RSOLV_WRITE_DOCS=1 writes them anew.</summary>
public partial class PublishedErrorsTests
{
    private static readonly (string Id, (string Id, string Category, string Message, string Remedy)[] Uses)[] Errors =
    [
        .. ErrorSource.Read()
            .GroupBy(error => error.Id)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.DistinctBy(error => (error.Message, error.Remedy)).ToArray())),
    ];

    [Fact]
    public void The_page_of_errors_lists_every_id()
    {
        var page = new StringBuilder(
            """
            # Errors

            Every error has a stable id: the first part of `FullyQualifiedErrorId`. `CategoryInfo` has its category, `TargetObject` what it is
            about, and `ErrorDetails.RecommendedAction` what to do. A script names the id:

            ```powershell
            try { Update-RsolvDeployment production -Image production-latest -ErrorAction Stop }
            catch { if ($_.FullyQualifiedErrorId -like 'DeploymentLocked,*') { 'another run is at work' } else { throw } }
            ```

            This page is generated from the source. An ellipsis stands for what the error fills in.

            | id | category | what happened | what to do |
            |---|---|---|---|

            """);
        foreach (var (id, uses) in Errors)
        {
            var first = $"`{id}` | {string.Join("<br>", uses.Select(use => use.Category).Distinct())}";
            page.Append($"| {first} | {Join(uses.Select(use => use.Message))} | {Join(uses.Select(use => use.Remedy))} |\n");
        }

        AssertPublished(Path.Combine("docs", "errors.md"), page.ToString());
    }

    [Fact]
    public void The_help_topic_of_errors_lists_every_id()
    {
        var topic = new StringBuilder(
            """
            TOPIC
                about_RsolvDeploy_Errors

            SHORT DESCRIPTION
                Lists the errors of RsolvDeploy by their ids.

            LONG DESCRIPTION
                The id is the first part of FullyQualifiedErrorId. docs/errors.md in the
                repository also shows the category, what happened and what to do.


            """);
        foreach (var (id, uses) in Errors)
        {
            topic.Append($"    {id}\n");
            foreach (var remedy in uses.Select(use => use.Remedy).Where(text => text.Length > 0).Distinct()) Wrap(topic, remedy);
        }

        AssertPublished(Path.Combine("docs", "en-US", "about_RsolvDeploy_Errors.help.txt"), topic.ToString());
    }

    [Fact]
    public void There_are_errors() => Assert.True(Errors.Length > 80, $"{Errors.Length}");

    // An id that is compared and never produced is a case that never happens.
    [Fact]
    public void Every_id_that_the_source_compares_is_produced()
    {
        var produced = Errors.Select(error => error.Id).ToHashSet(StringComparer.Ordinal);
        var compared = new[] { "RsolvDeploy.Core", "RsolvDeploy" }
            .SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "src", folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Comparison().Matches(File.ReadAllText(file)))
            .SelectMany(match => match.Groups["id"].Captures)
            .Select(id => id.Value)
            .ToList();
        Assert.True(compared.Count > 50, $"{compared.Count}");
        Assert.Empty(compared.Except(produced, StringComparer.Ordinal));
    }

    // Ids of errors begin with a capital letter; those of checks with a small one.
    [GeneratedRegex("""\.Id (?:==|!=|is|is not) "(?<id>[A-Z][A-Za-z]+)"(?:\s+or "(?<id>[A-Za-z]+)")*""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Comparison();

    private static void Wrap(StringBuilder topic, string text)
    {
        const int Width = 78;
        var line = new StringBuilder("       ");
        foreach (var word in text.Replace("\\|", "|", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + word.Length + 1 > Width)
            {
                topic.Append(line).Append('\n');
                line.Clear().Append("       ");
            }

            line.Append(' ').Append(word);
        }

        topic.Append(line).Append('\n');
    }

    private static string Join(IEnumerable<string> texts) => string.Join("<br>", texts.Where(text => text.Length > 0).Distinct());

    private static void AssertPublished(string name, string text)
    {
        var path = Path.Combine(Repository.Root, name);
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1") File.WriteAllText(path, text);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == text,
            $"{name} is not what the source says. Run these tests with RSOLV_WRITE_DOCS=1, and commit it.");
    }
}
