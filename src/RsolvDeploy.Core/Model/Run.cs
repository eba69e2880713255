namespace RsolvDeploy;

/// <summary>An open run. Commands that take it from the pipeline belong to it.</summary>
/// <param name="Target">The environment it acts on.</param>
/// <param name="RunId">Its id: <c>yyyyMMdd-HHmmss-xxxxxx</c>.</param>
public sealed record Run(TargetIdentity Target, string RunId) : IStepResult
{
    /// <summary>Always <see cref="StepStatus.Succeeded"/>, so that the first step acts.</summary>
    public StepStatus Status => StepStatus.Succeeded;

    /// <summary>Always empty.</summary>
    public IReadOnlyList<Check> Checks => [];

    /// <inheritdoc/>
    public Baseline? Baseline { get; init; }

    IStepResult IStepResult.WithBaseline(Baseline baseline) => this with { Baseline = baseline };

    /// <summary>The state of the run when it was output.</summary>
    public RunState State { get; init; }

    /// <summary>The operator who started it, <c>user@machine</c>.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The reason; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The folder of its ledger.</summary>
    // Not named Path: that would bind to the backup parameter of a restore or a rollback.
    public string Folder { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Run {RunId} of {Target.Name}: {State}";
}
