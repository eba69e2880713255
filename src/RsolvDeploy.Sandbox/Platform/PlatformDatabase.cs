namespace RsolvDeploy.Sandbox.Platform;

/// <summary>A migration of a release.</summary>
internal sealed record PlatformMigration(long Version, string Name, bool Applied);

/// <summary>The schema of one environment's database. Thread safe.</summary>
internal sealed class PlatformDatabase
{
    private readonly Lock _gate = new();
    private List<PlatformMigration> _all =
    [
        new(20260101120000, "create_accounts", Applied: true),
        new(20260301120000, "create_phase_executions", Applied: true),
        new(20261120090000, "add_trust_score", Applied: false),
    ];

    public IReadOnlyList<PlatformMigration> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    /// <summary>Adds a pending migration, as a new release does.</summary>
    public void AddPending(long version, string name)
    {
        lock (_gate) _all = [.. _all, new PlatformMigration(version, name, Applied: false)];
    }

    public void Apply(long version)
    {
        lock (_gate) _all = [.. _all.Select(one => one.Version == version ? one with { Applied = true } : one)];
    }
}
