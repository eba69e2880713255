using FsCheck;
using FsCheck.Fluent;
using RsolvDeploy.Errors;
using RsolvDeploy.Migrations;

namespace RsolvDeploy.Core.Tests.Migrations;

public class MigrationListTests
{
    [Fact]
    public void A_list_of_ecto_is_read_also_among_log_lines_and_over_several_lines()
    {
        var list = MigrationList.Parse("""
            12:00:00.000 [info] Starting up [repo]
            [
              {:up, 20260101120000, "create_accounts"},
              {:up, 20260301120000,
               "create_phases"}, {:down, 20261120090000, "add_\"quoted\"_score"}
            ]
            """);
        Assert.Equal([20260101120000, 20260301120000], list.Applied.Select(one => one.Version));
        Assert.Equal([new SchemaMigration(20261120090000, "add_\"quoted\"_score")], list.Pending);
    }

    [Fact]
    public void The_table_of_mix_is_read_too()
    {
        var list = MigrationList.Parse(
            "Repo: Rsolv.Repo\n\n  Status    Migration ID    Migration Name\n------\n  up        20260101120000  create_accounts\n"
                + "  down      20261120090000  add_trust_score\n");
        Assert.Equal((1, "add_trust_score"), (list.Applied.Count, list.Pending.Single().Name));
    }

    [Fact]
    public void The_lists_of_several_databases_are_read_together()
    {
        var list = MigrationList.Parse("[{:up, 1, \"a\"}]\n[info] {:error, :closed} []\n[]\n[{:down, 2, \"b\"}]\n");
        Assert.Equal((1, 2), (list.Applied.Single().Version, list.Pending.Single().Version));
    }

    [Fact]
    public void An_empty_list_is_one()
    {
        Assert.Equal((0, 0), MigrationList.Parse("[info] up\n[]\n") is var list ? (list.Applied.Count, list.Pending.Count) : default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("** (DBConnection.ConnectionError) refused")]
    [InlineData("[{:up, 20260101120000, \"a\"}, ...]")]
    [InlineData("[\n {:up, 20260101120000, \"a\"},\n ...\n]")]
    [InlineData("[{:up, 20260101120000, \"a\"}, {:[debug] QUERY OK\ndown, 20261120090000, \"b\"}]")]
    [InlineData("[{:up, 20260101120000, \"a\"}, {:down, 20261120090000, \"b\"")]
    [InlineData("[{:up, 20260101120000, \"a\"}]\n[{:d[debug]\nown, 20261120090000, \"b\"}]")]
    [InlineData("[{:up, 20260101120000, \"a\"},\n[info] starting\n {:down, 20261120090000, \"b\"}]")]
    [InlineData("  up        20260101120000  a\n  do[info]\nwn      20261120090000  b\n")]
    [InlineData("  up        20260101120000  a\n  down      202611[info]\n20090000  b\n")]
    public void Output_without_a_list_or_with_a_truncated_one_is_an_error(string output)
    {
        Assert.Equal("MigrationListUnreadable", Assert.ThrowsAny<DeployException>(() => MigrationList.Parse(output)).Id);
    }

    [Fact]
    public void Every_list_that_ecto_prints_is_read()
    {
        var names = Gen.Elements("create_a", "add b", "x}, {:up", "** FILE NOT FOUND **", "é");
        var migrations = Gen.ListOf(Gen.Zip(Gen.Choose(1, int.MaxValue), Gen.Zip(names, Gen.Elements("up", "down"))));
        Prop.ForAll(migrations.ToArbitrary(), all =>
        {
            var output = "[" + string.Join(", ", all.Select(one => $"{{:{one.Item2.Item2}, {one.Item1}, \"{one.Item2.Item1}\"}}")) + "]\n";
            var list = MigrationList.Parse(output);
            return list.Applied.Count == all.Count(one => one.Item2.Item2 == "up")
                && list.Pending.Select(one => $"{one.Version} {one.Name}").Order(StringComparer.Ordinal).SequenceEqual(all
                    .Where(one => one.Item2.Item2 == "down")
                    .Select(one => $"{one.Item1} {one.Item2.Item1}")
                    .Order(StringComparer.Ordinal));
        }).QuickCheckThrowOnFailure();
    }
}
