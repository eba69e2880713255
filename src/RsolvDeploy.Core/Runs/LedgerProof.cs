using RsolvDeploy.Errors;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>
/// Whether trusted signers wrote a ledger. Each line carries the hash of the line before it with its signature, and a process verifies a
/// ledger before it adds a line: the signature of the last line proves all lines.
/// </summary>
/// <param name="Line">The number of the first line that is not proven; null when all are.</param>
/// <param name="Problem">What is wrong with it, in words; null when nothing is.</param>
/// <param name="IsAltered">Whether the line was altered, and not merely signed by nobody or by a stranger.</param>
internal sealed record LedgerProof(int? Line, string? Problem, bool IsAltered)
{
    /// <summary>The fingerprints of the certificates that signed its proven lines, in their order.</summary>
    public IReadOnlyList<string> Signers { get; init; } = [];

    /// <summary>Verifies the chain of hashes and the signatures of a ledger.</summary>
    /// <param name="text">The ledger.</param>
    /// <param name="trusted">Whose signatures count.</param>
    public static LedgerProof Verify(LedgerText text, TrustedSigners trusted)
    {
        if (text.Problem is null && (text.Lines.Count == 0 || text.Lines[^1].FindProblem(trusted) is null)) return Proven(text.Lines);
        for (var index = 0; index < text.Lines.Count; index++)
        {
            if (text.Lines[index].FindProblem(trusted) is not { } problem) continue;
            var number = index + 1;
            return new LedgerProof(number, $"line {number} {problem.Reason}", problem.IsAltered)
            {
                Signers = SignersOf(text.Lines.Take(index)),
            };
        }

        return text.Problem is null ? Proven(text.Lines)
            : new LedgerProof(text.Lines.Count + 1, text.Problem, IsAltered: true) { Signers = SignersOf(text.Lines) };
    }

    /// <summary>Rejects a ledger that is not proven.</summary>
    /// <exception cref="DeployException"><c>LedgerChanged</c>, <c>LedgerUnproven</c>.</exception>
    public void Require(RunFolder folder)
    {
        if (Problem is null) return;
        throw IsAltered
            ? new DeployException("LedgerChanged", FaultCategory.InvalidData,
                $"The ledger of run {folder.Id} was altered after it was written: {Problem}. Nothing is appended to it.",
                "Start a new run; keep the folder for an investigation.")
            { Subject = folder.Ledger }
            : new DeployException("LedgerUnproven", FaultCategory.SecurityError,
                $"Nobody you trust wrote the ledger of run {folder.Id}: {Problem}. Nothing is appended to it.",
                "Start a new run. If a colleague signed it, add their certificate to 'signers' in the configuration after you compared "
                    + "its fingerprint.")
            { Subject = folder.Ledger };
    }

    private static LedgerProof Proven(IReadOnlyList<LedgerLine> lines) => new(null, null, false) { Signers = SignersOf(lines) };

    private static string[] SignersOf(IEnumerable<LedgerLine> lines) =>
        [.. lines.Select(line => line.Signature?.Signer).OfType<string>().Distinct()];
}
