namespace RsolvDeploy;

/// <summary>What the ledger of a run holds.</summary>
/// <param name="RunId">The run: <c>yyyyMMdd-HHmmss-xxxxxx</c>.</param>
/// <param name="State">How far it got.</param>
public sealed record RunRecord(string RunId, RunState State)
{
    /// <summary>The target it acts on; empty when the ledger does not name it.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>The configuration file that it was begun with.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>When it began, UTC.</summary>
    public DateTimeOffset Began { get; init; }

    /// <summary>When something was last written in it, UTC.</summary>
    public DateTimeOffset Last { get; init; }

    /// <summary>Who began it, <c>user@machine</c>.</summary>
    public string Operator { get; init; } = "";

    /// <summary>The reason; empty when none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Its steps and how each ended; one that did not end is <c>interrupted</c>, one that did not begin <c>pending</c> or, where its pipeline has ended, <c>not started</c>.</summary>
    public IReadOnlyList<string> Phases { get; init => field = value.ToArray(); } = [];

    /// <summary>What shows that the ledger is not as it was written; null when nothing does.</summary>
    public string? Problem { get; init; }

    /// <summary>The folder that holds its ledger.</summary>
    public string Folder { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Run {RunId} of {TargetName}: {State}";
}
