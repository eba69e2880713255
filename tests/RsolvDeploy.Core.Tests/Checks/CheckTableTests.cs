using System.Reflection;
using System.Text.RegularExpressions;
using RsolvDeploy.Checks;
using RsolvDeploy.Configuration;
using RsolvDeploy.Configuration.Schema;

namespace RsolvDeploy.Core.Tests.Checks;

/// <summary>The table of checks is the checklist, and the only place where a check is defined.</summary>
public partial class CheckTableTests
{
    /// <summary>The ids that are ours beside the checklist.</summary>
    public static readonly string[] Additional =
    [
        "environment.dry-run", "environment.references", "environment.capacity", "environment.image", "environment.ownership",
        "environment.baseline", "image.promoted", "restore.applied", "health.addresses", "rollout.image", "rollout.migrations",
        "rollback.configuration", "metrics.<id>", "announce.<kind>", "environment.attestation",
        "image.attested", "staging.attestation", "measure.alerts", "measure.buckets", "measure.panels", "task.<name>",
        "success.pods", "success.logs", "success.health", "success.metrics",
        "success.metrics-defined", "success.scraping", "success.dashboard", "success.alerts", "success.performance",
        "success.rollback", "approval.<role>", "run.chain", "run.signature", "run.history",
    ];

    public static readonly string[] Checklist = File.ReadAllLines(
        Path.Combine(Repository.Root, "tests", "RsolvDeploy.Core.Tests", "Checks", "checklist-ids.txt"));

    [Fact]
    public void Every_id_of_the_checklist_stands_in_the_table_once_and_nothing_else_but_ours()
    {
        Assert.Equal(100, Checklist.Length);
        Assert.Equal(
            Checklist.Concat(Additional).Order(StringComparer.Ordinal),
            CheckTable.All.Select(definition => definition.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_definition_is_part_of_the_table()
    {
        var fields = typeof(CheckTable)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetValue(null))
            .OfType<CheckDefinition>()
            .ToList();

        Assert.Equal(CheckTable.All.Count, fields.Count);
        Assert.All(fields, definition => Assert.Same(definition, CheckTable.Find(definition.Id)));
    }

    [Fact]
    public void The_table_is_in_the_order_of_the_sections_and_every_entry_is_complete()
    {
        Assert.Equal(
            CheckTable.All.Select(definition => Order(definition.Section)).Order(),
            CheckTable.All.Select(definition => Order(definition.Section)));
        Assert.Equal(CheckTable.All.Count, CheckTable.All.Select(definition => definition.Title).Distinct().Count());
        Assert.All(CheckTable.All, definition =>
            Assert.True(definition is { Phase.Length: > 0, Title.Length: > 10 } && !definition.Title.EndsWith('.'), definition.Id));
    }

    [Theory]
    [InlineData("config.repo", "config.<name>")]
    [InlineData("secrets.DATABASE_URL", "secrets.<KEY>")]
    [InlineData("secrets.exist", "secrets.exist")]
    [InlineData("nothing.known", null)]
    public void A_configured_name_is_found_by_its_template(string id, string? expected) => Assert.Equal(expected, CheckTable.Find(id)?.Id);

    [Fact]
    public void An_instance_of_a_template_has_its_name_and_title()
    {
        CheckDefinition instance = CheckTable.ConfigRule.For("repo", "lib/a.ex contains 'x'");

        Assert.Equal(("config.repo", "lib/a.ex contains 'x'", false), (instance.Id, instance.Title, instance.IsTemplate));
        Assert.Equal(CheckTable.ConfigRule.Section, instance.Section);
    }

    [Fact]
    public void Skipped_checks_of_a_step_have_the_ids_and_titles_of_the_table()
    {
        foreach (StepKind step in Enum.GetValues<StepKind>())
        {
            Check[] skipped = CheckTable.SkipAll(step, "because", TimeProvider.System);
            Assert.All(skipped, check => Assert.Equal(
                (CheckStatus.Skipped, "because", CheckTable.Find(check.Id)!.Title), (check.Status, check.Evidence, check.Title)));
        }

        Assert.Equal(9, CheckTable.SkipAll(StepKind.Update, "", TimeProvider.System).Length);
        Assert.Equal(14, CheckTable.SkipAll(StepKind.Smoke, "", TimeProvider.System).Length);
        Assert.Equal(7, CheckTable.SkipAll(StepKind.Health, "", TimeProvider.System).Length);
        Assert.Equal(4, CheckTable.SkipAll(StepKind.Dashboard, "", TimeProvider.System).Length);
        Assert.Equal(14, CheckTable.SkipAll(StepKind.Verification, "", TimeProvider.System).Length);
    }

    [Fact]
    public void No_source_but_the_table_names_an_id_or_makes_a_check()
    {
        string[] keys = [.. Keys("", ConfigurationSchema.Target.Keys)];
        var faults = new List<string>();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
            if (path.Contains("/obj/", StringComparison.Ordinal)
                || path.StartsWith("src/RsolvDeploy.Core/Checks/", StringComparison.Ordinal)
                || path.StartsWith("src/RsolvDeploy.Sandbox/", StringComparison.Ordinal))
            {
                continue;
            }

            string text = File.ReadAllText(file);
            faults.AddRange(Literal().Matches(text).Select(match => match.Groups["id"].Value)
                .Where(id => CheckTable.All.Any(definition => definition.Id == id) || (!keys.Contains(id) && !FileName().IsMatch(id)))
                .Select(id => $"{path}: {id}"));
            faults.AddRange(Made().Matches(text).Select(match => $"{path}: {match.Value}"));
        }

        Assert.Empty(faults);
    }

    private static int Order(string section) =>
        int.Parse(section[..section.IndexOf('.', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Keys(string path, IEnumerable<KeySchema> keys) => keys.SelectMany(key => (string[])
    [
        path + key.Name,
        .. key.Value is ObjectSchema settings ? Keys($"{path}{key.Name}.", settings.Keys) : [],
    ]);

    [GeneratedRegex(
        "\"(?<id>(environment|code|config|secrets|image|backup|restore|update|rollout|health|migration|prometheus|grafana|alerts|testdata|"
        + "metrics|smoke|trigger|rollback|staging)\\.[A-Za-z-]+(\\.[a-z-]+)?)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\.(json|txt|ps1|yaml|yml|diff)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"new Check\(")]
    private static partial Regex Made();
}
