namespace RsolvDeploy;

/// <summary>A backup of the state of a deployment, as <c>Backup-RsolvState</c> wrote it.</summary>
public sealed record StateBackup(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The folder that holds the backup; null when none was written.</summary>
    public string? Path { get; init; }

    /// <summary>When the backup was taken, UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The objects in it, in the order of the manifest.</summary>
    public IReadOnlyList<BackupItem> Items { get; init => field = value.ToArray(); } = [];

    /// <summary>What changed in the cluster while it was backed up, for people; empty for a consistent snapshot.</summary>
    public IReadOnlyList<string> Changed { get; init => field = value.ToArray(); } = [];

    /// <summary>The image that the deployment ran when it was backed up; null when the deployment was not there.</summary>
    public string? Image { get; init; }

    /// <summary>The Deployment's revision when it was backed up; null when it had none.</summary>
    public long? Revision { get; init; }

    /// <summary>How Secrets are encrypted, and for whom; never key material.</summary>
    public string Encryption { get; init; } = "";

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Backup of {Target.Name}: {Status}{(Path is null ? "" : $", {Path}")}";
}
