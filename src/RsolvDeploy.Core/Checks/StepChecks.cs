namespace RsolvDeploy.Checks;

/// <summary>The boxes of the checklist that a step ticks, for when it did not get to tick them.</summary>
/// <param name="Phase">The step.</param>
/// <param name="Boxes">Id and title of each.</param>
internal sealed record StepChecks(string Phase, IReadOnlyList<(string Id, string Title)> Boxes)
{
    public static readonly StepChecks Backup = new("Backup",
    [
        ("backup.deployment", "The Deployment is backed up"),
        ("backup.configmaps", "The ConfigMaps are backed up"),
        ("backup.secrets", "The Secrets are backed up, encrypted"),
        ("backup.timestamped", "The backup is new and carries its instant"),
        ("backup.location", "The backup's place and checksums are known"),
        ("backup.restorable", "The server accepts every object in a dry run"),
    ]);

    public static readonly StepChecks Publish = new("Publish",
    [
        ("image.built", "The image builds"),
        ("image.tag.timestamp", "The image carries the tag of its instant"),
        ("image.tag.phase", "The image carries the tag of its phase"),
        ("image.tag.latest", "The image carries the latest tag"),
        ("image.size", "The image is below the size limit"),
        ("image.pushed", "Every tag is pushed"),
        ("image.visible", "The registry serves every tag with the pushed digest"),
        ("image.manifest", "Media type and platforms are as expected"),
    ]);

    public static readonly StepChecks Update = new("Update",
    [
        ("update.image", "The pod template names the intended digest"),
        ("update.previous-image", "The previous image and revision are recorded"),
        ("update.applied", "The change is applied"),
        ("rollout.completed", "The rollout completes in time"),
        ("rollout.pods-running", "The new pods are running and ready"),
        ("rollout.old-pods-gone", "The old pods are gone"),
        ("rollout.no-crashloop", "No pod is in a crash loop"),
        ("rollout.logs", "The new pods' logs show a healthy start"),
    ]);

    public static readonly StepChecks Migrate = new("Migrate",
    [
        ("migration.status", "The pending migrations are known"),
        ("migration.applied", "None is needed, or they were run without error"),
        ("migration.verified", "Afterwards none is pending"),
    ]);

    public static readonly StepChecks Verify = new("Verify",
    [
        ("health.status", "The health endpoint answers healthy"),
        ("health.metrics", "The metrics endpoint answers and parses"),
        ("health.metrics-defined", "The metric families are defined"),
        ("prometheus.target", "Prometheus scrapes the platform"),
        ("prometheus.scrape", "The last scrape is fresh"),
        ("prometheus.metrics", "Prometheus has the metrics"),
        ("prometheus.environment-label", "The metrics carry their environment"),
        ("alerts.loaded", "The alert rules are loaded"),
        ("alerts.evaluating", "The alert rules are evaluated"),
        ("alerts.quiet", "No alert is firing"),
    ]);

    public static readonly StepChecks Undo = new("Undo",
    [
        ("rollback.completed", "The way back completes in time"),
        ("rollback.pods", "The pods of the way back are ready"),
        ("rollback.image", "The pods run the image that was gone back to"),
        ("rollback.configuration", "ConfigMaps and Secrets are as that release had them"),
        ("rollback.healthy", "What was gone back to is healthy"),
    ]);

    /// <summary>All of them, skipped.</summary>
    /// <param name="reason">Why.</param>
    public IReadOnlyList<Check> Skipped(string reason) =>
        [.. Boxes.Select(box => new Check(box.Id, Phase, box.Title, CheckStatus.Skipped) { Evidence = reason, Started = TimeProvider.System.GetUtcNow() })];
}
