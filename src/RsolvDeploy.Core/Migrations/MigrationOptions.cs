using RsolvDeploy.Runs;

namespace RsolvDeploy.Migrations;

/// <summary>How migrations are looked at and run.</summary>
internal sealed record MigrationOptions
{
    /// <summary>How long each command may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The lock to prove before anything is migrated and when it has ended; null for none.</summary>
    public DeploymentLock? Lock { get; init; }
}
