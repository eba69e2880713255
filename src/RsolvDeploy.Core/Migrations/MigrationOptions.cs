using RsolvDeploy.Steps;

namespace RsolvDeploy.Migrations;

/// <summary>The options of a migration.</summary>
internal sealed record MigrationOptions
{
    /// <summary>The pod to run the commands in; null for a ready one of the newest revision.</summary>
    public string? Pod { get; init; }

    /// <summary>Whether only the status is read.</summary>
    public bool StatusOnly { get; init; }

    /// <summary>How long each command may take; null for the configured time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}
