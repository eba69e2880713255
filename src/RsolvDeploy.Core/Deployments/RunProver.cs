using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Deployments;

/// <summary>Proves that the record of a run is unaltered: by its chain of hashes, its signatures and the history in the cluster.</summary>
/// <param name="clock">The clock.</param>
internal sealed class RunProver(TimeProvider clock)
{
    private const string Investigate = "Keep the folder for an investigation, and compare it with a copy.";

    /// <summary>Proves it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="readHistory">Reads the releases of the deployment; null to leave the history out.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<RunProof> ProveAsync(
        RecordedRun run, Func<RunRecord, CancellationToken, Task<IReadOnlyList<Release>>>? readHistory, CancellationToken ct)
    {
        var record = run.ToRecord();
        var scope = new CheckScope(clock, ct);
        Check[] checks =
        [
            CheckTable.RunChain.ToCheck(Chain(run), CheckTimer.Start(clock)),
            await CheckTable.RunSignature.EvaluateAsync(scope, () => Task.FromResult(Signature(run))),
            readHistory is null
                ? CheckTable.RunHistory.Skip("only with -IncludeHistory", clock)
                : await CheckTable.RunHistory.EvaluateAsync(scope, async () => History(run, await readHistory(record, ct))),
        ];
        return new RunProof(run.Folder.Id, checks.Any(check => check.FailsStep) ? Verdict.Failed : Verdict.Passed, checks)
        {
            TargetName = record.TargetName,
            ConfigurationPath = record.ConfigurationPath,
            Lines = run.Text.Lines.Count,
            FirstAlteredLine = run.Proof?.Line ?? (run.Text.Problem is null ? null : run.Text.Lines.Count + 1),
            Signers = run.Proof?.Signers ?? [],
            Folder = run.Folder.Path,
        };
    }

    /// <summary>The error of a run that was altered; null when it was not.</summary>
    public static DeployException? ErrorOf(RunProof proof) => proof.Verdict == Verdict.Passed ? null : new DeployException(
        "LedgerChanged", FaultCategory.InvalidData,
        $"The record of run {proof.RunId} is not proven: "
            + $"{string.Join("; ", proof.Checks.Where(check => check.FailsStep).Select(check => $"{check.Id}: {check.Evidence}"))}.",
        Investigate)
    { Subject = proof.Folder };

    private static CheckOutcome Chain(RecordedRun run)
    {
        var lines = run.Text.Lines.Count;
        if (run.Text.Problem is { } problem) return CheckOutcome.NotMet($"{problem}; {lines} lines before it are unaltered", Investigate);
        return run.Text.Torn > 0
            ? CheckOutcome.Warning(
                $"{lines} lines are unaltered, and {run.Text.Torn} bytes of an incomplete last line follow: the process died writing it",
                "Resume the run, which removes them.")
            : CheckOutcome.Met($"{lines} lines, each with the hash of the line before");
    }

    private static CheckOutcome Signature(RecordedRun run)
    {
        var proof = run.Proof ?? LedgerProof.Verify(run.Text, TrustedSigners.ForUser());
        if (proof.Problem is null)
            return CheckOutcome.Met($"{run.Text.Lines.Count} lines, signed by {string.Join(", ", proof.Signers)}");
        return proof.IsAltered
            ? CheckOutcome.NotMet(proof.Problem, Investigate)
            : CheckOutcome.NotMet(
                proof.Problem,
                "If a colleague signed it, add their certificate to 'signers' in the configuration after you compared its fingerprint.");
    }

    private static CheckOutcome History(RecordedRun run, IReadOnlyList<Release> releases)
    {
        var named = releases.Count(release => release.RunId == run.Folder.Id && release.Ledger is not null);
        if (run.Text.Problem is not null) return CheckOutcome.NotMet(run.Text.Problem, Investigate);
        var proven = releases.Where(release => release.Problem is null).ToList();
        if (LedgerAnchor.FindProblem(proven, run) is { } problem) return CheckOutcome.NotMet(problem, Investigate);
        return named == 0
            ? CheckOutcome.Skipped("the history has no release of this run")
            : CheckOutcome.Met($"{named} {(named == 1 ? "release names a line" : "releases name lines")} of this ledger");
    }
}
