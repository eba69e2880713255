using System.Text;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Core.Tests.Checks;

/// <summary>docs/checks.md is made from the table. RSOLV_WRITE_DOCS=1 writes it anew.</summary>
public class PublishedChecksTests
{
    [Fact]
    public void The_page_of_checks_is_the_table()
    {
        var page = new StringBuilder(
            """
            # Checks

            Every check is an object: `Id`, `Phase`, `Title`, `Status`, `Severity`, `Evidence`, `Expected`, `Actual`, `Unit`, `Remedy`, `Started`, `Duration`.
            This page lists all of them, in the order of the deployment checklist. It is generated from the table of checks in
            `src/RsolvDeploy.Core/Checks`; a test holds both equal.

            - `Evidence` is for people. `Expected`, `Actual` and `Unit` are for programs: a check that compares fills them. Numbers are numbers, so that
              `$check.Actual | Should -BeLessThan $check.Expected` compares them; where there was nothing to measure, `Actual` is a text such as
              `no response` or `never`. `Expected` is the required value or the limit.
            - A required check that fails fails its step. An advisory check never does.
            - `<name>`, `<KEY>` and `<id>` stand for configured names: `config.monitoring`, `secrets.DATABASE_URL`.
            - An id that is marked "added" is not one of the checklist.


            """);
        foreach (var section in CheckTable.All.GroupBy(definition => definition.Section))
        {
            page.Append($"## {section.Key}\n\n| id | shown | unit | severity | shown by |\n|---|---|---|---|---|\n");
            foreach (CheckDefinition definition in section)
            {
                string added = CheckTableTests.Checklist.Contains(definition.Id) ? "" : " (added)";
                string condition = definition.IsConditional ? ", when there is something to measure it by" : "";
                string also = definition.AlsoBy is { } other ? $"{Command(other)}; " : "";
                page.Append(
                    $"| `{definition.Id}`{added} | {definition.Title} | {definition.Unit} | "
                        + $"{definition.Severity.ToString().ToLowerInvariant()} | {also}{ShownBy(definition)}{condition} |\n");
            }

            page.Append('\n');
        }

        AssertPublished("checks.md", page.ToString().TrimEnd() + "\n");
    }

    private static string ShownBy(CheckDefinition definition) =>
        definition.Id.StartsWith("run.", StringComparison.Ordinal) ? "`Test-RsolvRun`" : Command(definition.Step);

    private static string Command(StepKind? step) => step switch
    {
        StepKind.Staging => "`Invoke-RsolvStagingValidation`",
        StepKind.Preflight => "`Test-RsolvEnvironment`",
        StepKind.Backup => "`Backup-RsolvState`",
        StepKind.Restore => "`Restore-RsolvState`",
        StepKind.Publish => "`Publish-RsolvImage`",
        StepKind.Update => "`Update-RsolvDeployment`",
        StepKind.Migration => "`Invoke-RsolvMigration`",
        StepKind.Health => "`Test-RsolvHealth`",
        StepKind.Verification => "`Test-RsolvMetrics`",
        StepKind.Smoke => "`Test-RsolvSmoke`",
        StepKind.TestData => "`Send-RsolvTestData`",
        StepKind.Dashboard => "`Test-RsolvDashboard`",
        StepKind.Watch => "`Watch-RsolvDeployment`",
        StepKind.Measurement => "`Measure-RsolvMetrics`",
        StepKind.Rollback => "`Undo-RsolvDeployment`",
        StepKind.Completion => "`Complete-RsolvDeployment`",
        StepKind.Announcement => "`Invoke-RsolvDeployment`",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "A step that shows no check."),
    };

    private static void AssertPublished(string name, string text)
    {
        var path = Path.Combine(Repository.Root, "docs", name);
        if (Environment.GetEnvironmentVariable("RSOLV_WRITE_DOCS") == "1") File.WriteAllText(path, text);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == text,
            $"docs/{name} is not what the table of checks holds. Run this test with RSOLV_WRITE_DOCS=1, and commit the page.");
    }
}
