using RsolvDeploy.Checks;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Rollbacks;

/// <summary>The checks of a rollback.</summary>
/// <param name="plan">The rollback.</param>
/// <param name="timer">When it began.</param>
internal sealed class RollbackChecks(RollbackPlan plan, CheckTimer timer)
{
    /// <summary>The checks, by what was observed.</summary>
    /// <param name="verdict">The last verdict on the rollout.</param>
    /// <param name="diagnosis">Why it failed; null when it is complete.</param>
    /// <param name="image">Whether the pods run the image.</param>
    /// <param name="verification">The checks of the restored release; null when the rollback did not complete.</param>
    public Check[] Create(
        RolloutVerdict verdict, Diagnosis? diagnosis, Check image, IReadOnlyList<Check>? verification)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        var completed = CheckOutcome.MetIf(complete, complete ? $"{plan.To}; {verdict.Summary}" : $"{diagnosis}", diagnosis?.Remedy);
        var pods = CheckOutcome.MetIf(
            complete,
            string.Join("; ", verdict.Pods.Select(pod => $"{pod.Name} {pod.Phase}{(pod.Ready ? " ready" : "")}")),
            diagnosis?.Remedy);
        return
        [
            CheckTable.RollbackCompleted.ToCheck(completed.Compared(verdict.Desired, verdict.Ready), timer),
            CheckTable.RollbackPods.ToCheck(pods.Compared(verdict.Desired, verdict.Pods.Count(pod => pod.Ready)), timer),
            image,
            CheckTable.RollbackConfiguration.ToCheck(Configuration(), timer),
            CheckTable.RollbackHealthy.ToCheck(Healthy(verification), timer),
        ];
    }

    /// <summary>Whether the restored release is healthy.</summary>
    /// <param name="verification">The checks of the restored release.</param>
    /// <param name="timer">When the check began.</param>
    public static Check Healthy(IReadOnlyList<Check> verification, CheckTimer timer) =>
        CheckTable.RollbackHealthy.ToCheck(Healthy(verification), timer);

    private CheckOutcome Configuration()
    {
        var evidence = string.Join(
            "; ", plan.Configuration.Select(change => change.Summary).Append(plan.ConfigurationNote).Where(part => part.Length > 0));
        return plan.Configuration.Count > 0 ? CheckOutcome.Met(evidence) : CheckOutcome.Skipped(evidence);
    }

    // What the platform itself responds decides. Prometheus and the alerts still look back at the failed release, so that they only warn.
    private static CheckOutcome Healthy(IReadOnlyList<Check>? verification)
    {
        if (verification is null) return CheckOutcome.Skipped("the rollback did not complete");
        var measured = verification.Where(check => check.Status != CheckStatus.Skipped).ToList();
        if (measured.Count == 0) return CheckOutcome.Skipped("the target has neither a url nor a prometheus that responded");
        var bad = measured.Where(check => check.Status != CheckStatus.Passed).ToList();
        var evidence = string.Join("; ", bad.Select(check => $"{check.Id}: {check.Evidence}"));
        var outcome = bad.Count == 0 ? CheckOutcome.Met(
            $"{measured.Count} checks passed: {string.Join(", ", measured.Select(check => check.Id))}")
            : bad.Exists(check => check.FailsStep && IsHealth(check)) ? CheckOutcome.NotMet(evidence, bad[0].Remedy)
            : CheckOutcome.Warning(evidence, bad[0].Remedy);
        return outcome.Compared(measured.Count, measured.Count - bad.Count);
    }

    private static bool IsHealth(Check check) => CheckTable.Find(check.Id)?.Section == CheckTable.HealthStatus.Section;
}
