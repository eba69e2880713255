using RsolvDeploy.Runs;

namespace RsolvDeploy.Migrations;

/// <summary>The limits of a migration: its time, and the lock that it needs.</summary>
internal sealed record MigrationLimits
{
    /// <summary>How long each command may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The lock to prove before and after the command; null for none.</summary>
    public DeploymentLock? Lock { get; init; }
}
