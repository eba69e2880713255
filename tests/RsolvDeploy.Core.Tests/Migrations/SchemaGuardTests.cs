using RsolvDeploy.Migrations;

namespace RsolvDeploy.Core.Tests.Migrations;

public class SchemaGuardTests
{
    private static readonly SchemaMigration Score = new(3, "add_score");
    private static readonly Release Old = new("old", DateTimeOffset.UnixEpoch) { Schema = 2 };
    private static readonly Release New = new("new", DateTimeOffset.UnixEpoch) { Schema = 3, Migrations = [Score] };

    [Fact]
    public void A_way_back_behind_a_migration_crosses_it()
    {
        Assert.Equal([Score], SchemaGuard.Crossed([New, Old], "old"));
    }

    [Fact]
    public void A_release_that_nobody_remembers_ran_before_all_that_is_remembered()
    {
        Assert.Equal([Score], SchemaGuard.Crossed([New], "unknown"));
    }

    [Fact]
    public void A_way_back_on_one_schema_crosses_nothing()
    {
        Assert.Empty(SchemaGuard.Crossed([new Release("newest", DateTimeOffset.UnixEpoch), New, Old], "new"));
        Assert.Empty(SchemaGuard.Crossed([], "old"));
        Assert.Empty(SchemaGuard.Crossed([new Release("newest", DateTimeOffset.UnixEpoch), new Release("older", DateTimeOffset.UnixEpoch)], "older"));
    }

    [Fact]
    public void A_way_back_that_was_forced_once_is_not_taken_for_a_fit()
    {
        var forced = Old with { IsRollback = true, Schema = null };
        Assert.Equal([Score], SchemaGuard.Crossed([New with { Migrations = [] }, forced, New, Old], "old"));
    }

    [Fact]
    public void What_others_migrated_is_told_by_its_version()
    {
        Assert.Equal([3L], SchemaGuard.Crossed([New with { Migrations = [] }, Old], "old").Select(one => one.Version));
    }
}
