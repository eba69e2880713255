using RsolvDeploy.Migrations;

namespace RsolvDeploy.Core.Tests.Migrations;

public class SchemaGuardTests
{
    private static readonly SchemaMigration Score = new(3, "add_score");
    private static readonly Release Old = new("old", DateTimeOffset.UnixEpoch) { Schema = 2 };
    private static readonly Release New = new("new", DateTimeOffset.UnixEpoch) { Schema = 3, Migrations = [Score] };

    [Fact]
    public void A_rollback_to_before_a_migration_crosses_it()
    {
        Assert.Equal([Score], SchemaGuard.Crossed([New, Old], "old"));
    }

    [Fact]
    public void An_unknown_release_ran_before_all_known_ones()
    {
        Assert.Equal([Score], SchemaGuard.Crossed([New], "unknown"));
    }

    [Fact]
    public void A_rollback_with_the_same_schema_crosses_nothing()
    {
        Assert.Empty(SchemaGuard.Crossed([new Release("newest", DateTimeOffset.UnixEpoch), New, Old], "new"));
        Assert.Empty(SchemaGuard.Crossed([], "old"));
        Assert.Empty(SchemaGuard.Crossed(
            [new Release("newest", DateTimeOffset.UnixEpoch), new Release("older", DateTimeOffset.UnixEpoch)], "older"));
    }

    [Fact]
    public void A_rollback_that_was_forced_once_does_not_make_the_release_compatible()
    {
        var forced = Old with { IsRollback = true, Schema = null };
        Assert.Equal([Score], SchemaGuard.Crossed([New with { Migrations = [] }, forced, New, Old], "old"));
    }

    [Fact]
    public void Migrations_by_other_means_are_named_by_their_version()
    {
        Assert.Equal([3L], SchemaGuard.Crossed([New with { Migrations = [] }, Old], "old").Select(one => one.Version));
    }
}
