namespace RsolvDeploy.Checks;

/// <summary>Draws one verdict from many checks.</summary>
/// <remarks>
/// Of the required checks the worst decides, in this order:
/// <list type="number">
/// <item>one was measured and not met: <see cref="Verdict.Failed"/>, whatever else could not be measured;</item>
/// <item>one could not be measured, because the service did not respond or refused: <see cref="Verdict.Error"/>;</item>
/// <item>one could not be decided for want of data, or was not met before either, or nothing at all was measured:
/// <see cref="Verdict.Inconclusive"/>. No data is not a pass;</item>
/// <item>otherwise <see cref="Verdict.Passed"/>. What is not configured does not count, nor what another check made pointless: that other
/// check counts.</item>
/// </list>
/// </remarks>
internal static class VerdictRule
{
    public static Verdict Decide(IEnumerable<Check> checks)
    {
        var results = checks.Where(check => check.Severity == CheckSeverity.Required).Select(check => check.Result).ToHashSet();
        return results.Contains(CheckResult.NotMet) ? Verdict.Failed
            : results.Contains(CheckResult.Unmeasured) ? Verdict.Error
            : results.Contains(CheckResult.Inconclusive) || results.Contains(CheckResult.NotMetBefore) ? Verdict.Inconclusive
            : results.Contains(CheckResult.Met) || results.Contains(CheckResult.MetWithWarning) ? Verdict.Passed
            : Verdict.Inconclusive;
    }
}
