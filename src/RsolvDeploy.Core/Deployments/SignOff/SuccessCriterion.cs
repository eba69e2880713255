using RsolvDeploy.Checks;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>A success criterion, and the checks of the run that show it.</summary>
/// <param name="Definition">The criterion.</param>
/// <param name="Applies">Whether it applies to a target and a run; null when it always does.</param>
/// <param name="Sources">The checks that show it. One that no step of the module shows yet is left out.</param>
internal sealed record SuccessCriterion(
    CheckDefinition Definition, Func<Target, RecordedRun, bool>? Applies, params CheckDefinition[] Sources)
{
    /// <summary>Judges it by the newest record of its checks. Without any record it is inconclusive: nothing was measured.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="run">The run.</param>
    public CheckOutcome Judge(Target target, RecordedRun run)
    {
        var shown = Sources.Where(source => source.Step is not null).ToList();
        if (shown.Count == 0 || Applies?.Invoke(target, run) == false) return CheckOutcome.Skipped("not configured");
        var found = shown.Select(source => run.Checks.GetValueOrDefault(source.Id)).OfType<RecordedCheck>().ToList();
        var measured = found.Where(check => check.Status != CheckStatus.Skipped).ToList();
        if (measured.Find(check => check.Status == CheckStatus.Failed) is { } failed)
            return CheckOutcome.NotMet($"{failed.Id}: {failed.Evidence}", "Correct the cause, then measure again in this run.");
        var missing = shown.Where(source => !source.IsConditional && found.TrueForAll(check => check.Id != source.Id)).ToList();
        if (missing.Count > 0)
        {
            return CheckOutcome.Inconclusive(
                $"not measured in this run: {string.Join(", ", missing.Select(source => source.Id))}", "Measure it in this run (-RunId).");
        }

        if (measured.Count == 0) return CheckOutcome.Skipped(found.Count > 0 ? found[0].Evidence : "not configured");
        var evidence = string.Join("; ", measured.Select(check => $"{check.Id}: {check.Evidence}"));
        return measured.Exists(check => check.Status == CheckStatus.Warning)
            ? CheckOutcome.Warning(evidence, "Look at the check.")
            : CheckOutcome.Met(evidence);
    }
}
