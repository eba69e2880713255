namespace RsolvDeploy;

/// <summary>A backup of the state of a deployment: the result of <c>Backup-RsolvState</c>.</summary>
public sealed record StateBackup(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The folder of the backup; null when none was written.</summary>
    public string? Path { get; init; }

    /// <summary>When the backup was created, UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The objects in it, in the order of the manifest.</summary>
    public IReadOnlyList<BackupItem> Items { get; init => field = value.ToArray(); } = [];

    /// <summary>The objects that changed during the backup, for people; empty for a consistent snapshot.</summary>
    public IReadOnlyList<string> Changed { get; init => field = value.ToArray(); } = [];

    /// <summary>The image of the Deployment at the time of the backup; null when the Deployment did not exist.</summary>
    public string? Image { get; init; }

    /// <summary>The revision of the Deployment at the time of the backup; null when it had none.</summary>
    public long? Revision { get; init; }

    /// <summary>The encryption of Secrets and its recipients; never key material.</summary>
    public string Encryption { get; init; } = "";

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Backup of {Target.Name}: {Status}{(Path is null ? "" : $", {Path}")}";
}
