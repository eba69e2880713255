namespace RsolvDeploy;

/// <summary>The kinds of steps that a run consists of. The ledger names them; a run is resumed only with these.</summary>
internal enum StepKind
{
    /// <summary>Validates staging by the workflow on GitHub, or records why it is skipped.</summary>
    Staging,

    /// <summary>Verifies cluster, registry, code and secrets before anything changes.</summary>
    Preflight,

    /// <summary>Backs up the state of the deployment.</summary>
    Backup,

    /// <summary>Restores objects from a backup.</summary>
    Restore,

    /// <summary>Deletes backups by policy or by name.</summary>
    BackupRemoval,

    /// <summary>Builds, tags and pushes the image.</summary>
    Publish,

    /// <summary>Sets the image and watches the rollout.</summary>
    Update,

    /// <summary>Watches a rollout that is under way; only reads.</summary>
    RolloutWatch,

    /// <summary>Runs the database migrations.</summary>
    Migration,

    /// <summary>Verifies health, metrics and alerts.</summary>
    Verification,

    /// <summary>Verifies the platform's own endpoints.</summary>
    Health,

    /// <summary>Tests the whole platform once more: endpoints, logs, monitoring, memory and CPU.</summary>
    Smoke,

    /// <summary>Sends test data to the platform.</summary>
    TestData,

    /// <summary>Verifies the dashboard by running its panels.</summary>
    Dashboard,

    /// <summary>Watches for rollback triggers.</summary>
    Watch,

    /// <summary>Measures alerts, histograms and dashboard queries over some days.</summary>
    Measurement,

    /// <summary>Rolls back to an earlier release.</summary>
    Rollback,

    /// <summary>Judges the success criteria and signs off the run.</summary>
    Completion,

    /// <summary>Announces the deployment on the channels of the target.</summary>
    Announcement,
}
