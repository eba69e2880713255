namespace RsolvDeploy.Checks;

/// <summary>One outcome of several measurements: the worst decides and gives the compared values; the evidence names all.</summary>
internal static class WorstOutcome
{
    private static readonly CheckResult[] Worst =
    [
        CheckResult.NotMet, CheckResult.Unmeasured, CheckResult.Inconclusive, CheckResult.NotMetBefore, CheckResult.MetWithWarning,
        CheckResult.Met,
    ];

    /// <summary>The worst of several outcomes; those that were skipped do not count where another one was measured.</summary>
    public static CheckOutcome From(params IReadOnlyList<CheckOutcome> outcomes)
    {
        var measured = outcomes.Where(outcome => outcome.Result != CheckResult.Skipped).ToList();
        if (measured.Count == 0) return outcomes[0];
        var worst = measured.MinBy(outcome => Array.IndexOf(Worst, outcome.Result))!;
        return worst with { Evidence = string.Join("; ", measured.Select(outcome => outcome.Evidence)) };
    }
}
