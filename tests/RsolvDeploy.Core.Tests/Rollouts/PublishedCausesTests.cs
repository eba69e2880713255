using RsolvDeploy.Configuration.Values;

namespace RsolvDeploy.Core.Tests.Rollouts;

/// <summary>docs/rollout-causes.md shows the table of causes. RSOLV_WRITE_DOCS=1 writes its table anew.</summary>
public class PublishedCausesTests
{
    private const string Head = "| cause | fails the rollout | what it is |\n|---|---|---|\n";
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "rollout-causes.md");

    [Fact]
    public void The_page_shows_every_cause_with_its_patience()
    {
        var text = File.ReadAllText(Page);
        var from = text.IndexOf(Head, StringComparison.Ordinal);
        var to = text.IndexOf("\n\n", from, StringComparison.Ordinal) + 1;
        var table = Head + string.Concat(RolloutCauses.All.Select(Row));
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1")
        {
            text = text[..from] + table + text[to..];
            File.WriteAllText(Page, text);
            to = from + table.Length;
        }

        Assert.True(
            text[from..to] == table, "docs/rollout-causes.md differs from the table. Run this with RSOLV_WRITE_DOCS=1, and commit it.");
    }

    [Fact]
    public void Every_cause_is_in_the_table_once() =>
        Assert.Equal(
            typeof(RolloutCauses).GetProperties()
                .Where(property => property.PropertyType == typeof(RolloutCause))
                .Select(property => property.Name)
                .Order(StringComparer.Ordinal),
            RolloutCauses.All.Select(cause => cause.Id).Order(StringComparer.Ordinal));

    private static string Row(RolloutCause cause)
    {
        var when = cause.Patience is not { } patience ? "at the time limit" : patience == TimeSpan.Zero ? "at once"
            : $"after {Duration.Format(patience)}";
        return $"| `{cause.Id}` | {when}{(cause.IsConfigurable ? $" (`{cause.Key}`)" : "")} | {cause.Description} |\n";
    }
}
