namespace RsolvDeploy;

/// <summary>The database migrations of a deployment: the result of <c>Invoke-RsolvMigration</c>.</summary>
public sealed record Migration(TargetIdentity Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The pod that ran the commands; null when none did.</summary>
    public string? Pod { get; init; }

    /// <summary>The migrations that were pending before.</summary>
    public IReadOnlyList<SchemaMigration> Pending { get; init => field = value.ToArray(); } = [];

    /// <summary>The applied migrations.</summary>
    public IReadOnlyList<SchemaMigration> Applied { get; init => field = value.ToArray(); } = [];

    /// <summary>The newest applied version; null when there is none or it is not known.</summary>
    public long? Schema => Applied.Count == 0 ? null : Applied.Max(one => one.Version);

    /// <summary>The exit code of the migration command; null when it did not run or its end is not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines of its output and errors, in order. Lines that may contain a credential are omitted.</summary>
    public IReadOnlyList<string> Output { get; init => field = value.ToArray(); } = [];

    /// <summary>Whether the time limit applied in the pod too. If not, the command may continue there after a timeout.</summary>
    public bool LimitedInPod { get; init; }

    /// <summary>The image of the preceding update, for the next step; null when it is not known.</summary>
    public string? Image { get; init; }

    /// <summary>The previous revision, for a rollback; null when it is not known.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>The duration of the step.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Migration of {Target.Name}: {Status}, {Pending.Count} were pending";
}
