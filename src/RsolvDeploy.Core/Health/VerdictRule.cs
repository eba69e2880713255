namespace RsolvDeploy.Health;

/// <summary>Draws one verdict from many findings.</summary>
/// <remarks>
/// Of the required checks the worst decides, in this order:
/// <list type="number">
/// <item>one was measured and not met: <see cref="Verdict.Failed"/>, whatever else could not be measured;</item>
/// <item>one could not be measured, because the service that would tell did not answer or refused: <see cref="Verdict.Error"/>;</item>
/// <item>one could not be decided for want of data, or was not met but was no better before, or nothing at all was asked:
/// <see cref="Verdict.Inconclusive"/>. No data is not a pass;</item>
/// <item>otherwise <see cref="Verdict.Passed"/>. What is not configured does not count, nor what another check made pointless: that other
/// check counts.</item>
/// </list>
/// </remarks>
internal static class VerdictRule
{
    public static Verdict Decide(IEnumerable<Finding> findings)
    {
        var outcomes = findings.Where(finding => finding.Check.Severity == CheckSeverity.Required).Select(finding => finding.Outcome).ToHashSet();
        return outcomes.Contains(Outcome.NotMet) ? Verdict.Failed
            : outcomes.Contains(Outcome.Unmeasured) ? Verdict.Error
            : outcomes.Contains(Outcome.Undecided) || outcomes.Contains(Outcome.NotMetBefore) ? Verdict.Inconclusive
            : outcomes.Contains(Outcome.Met) || outcomes.Contains(Outcome.MetButLook) ? Verdict.Passed
            : Verdict.Inconclusive;
    }
}
