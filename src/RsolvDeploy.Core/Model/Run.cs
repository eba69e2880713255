namespace RsolvDeploy;

/// <summary>An open run. Commands that take it from the pipeline belong to it.</summary>
/// <param name="Target">The environment it acts on.</param>
/// <param name="RunId">Its id: <c>yyyyMMdd-HHmmss-xxxxxx</c>.</param>
public sealed record Run(Target Target, string RunId) : IStepResult
{
    /// <summary>Always <see cref="StepStatus.Succeeded"/>: the way for its first step is free.</summary>
    public StepStatus Status => StepStatus.Succeeded;

    /// <summary>None: opening a run shows nothing.</summary>
    public IReadOnlyList<Check> Checks => [];

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>How far it got when this was output.</summary>
    public RunState State { get; init; }

    /// <summary>Who began it, <c>user@machine</c>.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The reason; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The folder that holds its ledger.</summary>
    // Not Path: by that name it would bind as the backup that a restore or a rollback takes.
    public string Folder { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Run {RunId} of {Target.Name}: {State}";
}
