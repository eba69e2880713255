namespace RsolvDeploy;

/// <summary>What the ledger of a run holds.</summary>
/// <param name="RunId">The run: <c>yyyyMMdd-HHmmss-xxxxxx</c>.</param>
/// <param name="State">Its state.</param>
public sealed record RunRecord(string RunId, RunState State)
{
    /// <summary>The target it acts on; empty when the ledger does not name it.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>The configuration file that it started with.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>When it started, UTC.</summary>
    public DateTimeOffset Began { get; init; }

    /// <summary>When the last line was written, UTC.</summary>
    public DateTimeOffset Last { get; init; }

    /// <summary>The operator who started it, <c>user@machine</c>.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The reason; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// Its steps with their status; a step without a result is <c>interrupted</c>, <c>pending</c>, or <c>not started</c>
    /// when its pipeline has ended.
    /// </summary>
    public IReadOnlyList<string> Phases { get; init => field = value.ToArray(); } = [];

    /// <summary>Who signed it off, <c>user@machine</c>; empty when nobody did.</summary>
    public string CompletedBy { get; init; } = "";

    /// <summary>How the deployment ended, by its sign-off; null when it was not signed off.</summary>
    public DeploymentOutcome? Outcome { get; init; }

    /// <summary>How the ledger was altered, or why it is not proven; null when a trusted signer wrote it.</summary>
    public string? Problem { get; init; }

    /// <summary>The folder of its ledger.</summary>
    public string Folder { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Run {RunId} of {TargetName}: {State}";
}
