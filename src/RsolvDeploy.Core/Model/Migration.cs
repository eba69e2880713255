namespace RsolvDeploy;

/// <summary>The state of a database's schema, and what was done about it, as <c>Invoke-RsolvMigration</c> saw it.</summary>
public sealed record Migration(Target Target, string RunId, StepStatus Status, IReadOnlyList<Check> Checks) : IStepResult
{
    /// <inheritdoc/>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The pod the commands were run in; null when none was.</summary>
    public string? Pod { get; init; }

    /// <summary>What was pending before.</summary>
    public IReadOnlyList<SchemaMigration> Pending { get; init => field = value.ToArray(); } = [];

    /// <summary>What is applied now.</summary>
    public IReadOnlyList<SchemaMigration> Applied { get; init => field = value.ToArray(); } = [];

    /// <summary>The newest applied version; null when none is, or it is not known.</summary>
    public long? Schema => Applied.Count == 0 ? null : Applied.Max(one => one.Version);

    /// <summary>The exit code of the command that migrates; null when it was not run or its end is not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines that it wrote, output and errors as they came. Lines that seem to hold a credential are left out.</summary>
    public IReadOnlyList<string> Output { get; init => field = value.ToArray(); } = [];

    /// <summary>Whether its time was limited in the pod too. If not, it may go on running there after a time-out.</summary>
    public bool LimitedInPod { get; init; }

    /// <summary>The image that was deployed the step before, carried along for the next one; null when that is not known.</summary>
    public string? Image { get; init; }

    /// <summary>The previous revision, carried along for a rollback; null when that is not known.</summary>
    public long? PreviousRevision { get; init; }

    /// <summary>From the first look to the last.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Migration of {Target.Name}: {Status}, {Pending.Count} were pending";
}
