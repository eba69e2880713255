namespace RsolvDeploy;

/// <summary>Whether the record of a run is unaltered: the result of <c>Test-RsolvRun</c>.</summary>
/// <param name="RunId">The run: <c>yyyyMMdd-HHmmss-xxxxxx</c>.</param>
/// <param name="Verdict">Passed, or Failed when a line was altered or a signature does not match.</param>
/// <param name="Checks">The checks <c>run.chain</c>, <c>run.signature</c> and <c>run.history</c>.</param>
public sealed record RunProof(string RunId, Verdict Verdict, IReadOnlyList<Check> Checks)
{
    /// <summary>The checks <c>run.chain</c>, <c>run.signature</c> and <c>run.history</c>.</summary>
    public IReadOnlyList<Check> Checks { get; init => field = value.ToArray(); } = Checks.ToArray();

    /// <summary>The target of the run; empty when the ledger does not name it.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>The configuration file that the run started with; null when the ledger does not name it.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>How many lines are unaltered, from the first.</summary>
    public int Lines { get; init; }

    /// <summary>The number of the first line that is altered or not proven; null when all lines are proven.</summary>
    public int? FirstAlteredLine { get; init; }

    /// <summary>The SHA-256 fingerprints of the certificates that signed its proven lines.</summary>
    public IReadOnlyList<string> Signers { get; init => field = value.ToArray(); } = [];

    /// <summary>The folder of the ledger.</summary>
    public string Folder { get; init; } = "";

    /// <summary>In one short sentence.</summary>
    public override string ToString() => $"Run {RunId}: {Verdict}";
}
