using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Updates;

/// <summary>The checks of an update and its rollout, but for the logs.</summary>
/// <param name="plan">The update.</param>
/// <param name="timer">When the update began.</param>
internal sealed class UpdateChecks(UpdatePlan plan, CheckTimer timer)
{
    /// <summary>The checks, by what was observed of the rollout.</summary>
    /// <param name="verdict">The last verdict on the rollout.</param>
    /// <param name="diagnosis">Why it failed; null when it is complete.</param>
    public IEnumerable<Check> Create(RolloutVerdict verdict, Diagnosis? diagnosis)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        yield return CheckTable.UpdateImage.ToCheck(Image(diagnosis), timer);
        yield return CheckTable.UpdatePreviousImage.ToCheck(
            CheckOutcome.Met(DeploymentReader.Describe(plan.PreviousImage, plan.PreviousRevision)), timer);
        yield return CheckTable.UpdateApplied.ToCheck(CheckOutcome.Met(Applied(verdict)), timer);
        yield return CheckTable.RolloutCompleted.ToCheck(
            CheckOutcome.MetIf(complete, complete ? verdict.Summary : $"{diagnosis}", diagnosis?.Remedy).Compared(
                verdict.Desired, verdict.Ready),
            timer);
        yield return CheckTable.RolloutPodsRunning.ToCheck(Running(verdict, diagnosis), timer);
        yield return CheckTable.RolloutOldPodsGone.ToCheck(
            CheckOutcome.MetIf(verdict.Old == 0, verdict.Old == 0 ? "none left" : $"{verdict.Old} left", diagnosis?.Remedy)
                .Compared(0, verdict.Old),
            timer);
        yield return CheckTable.RolloutNoCrashLoop.ToCheck(CrashLoop(verdict, diagnosis), timer);
    }

    private CheckOutcome Image(Diagnosis? diagnosis)
    {
        var superseded = diagnosis?.Cause == "Superseded";
        return CheckOutcome.MetIf(!superseded, plan.Image, diagnosis?.Remedy).Compared(
            plan.Image, superseded ? "another image" : plan.Image);
    }

    private string Applied(RolloutVerdict verdict)
    {
        if (plan.ChangesNothing) return "the image was already there; nothing was written";
        if (plan.Overlay is not { } overlay) return $"image patch, revision {verdict.Revision}";
        var omitted = overlay.LeftOut.Count == 0 ? "" : $"; left out: {string.Join(", ", overlay.LeftOut)}";
        return $"overlay {plan.Target.Kustomize!.Path} built by {overlay.Program}, server-side apply of {overlay.Others.Count + 1} "
            + $"objects, revision {verdict.Revision}{omitted}";
    }

    private static CheckOutcome Running(RolloutVerdict verdict, Diagnosis? diagnosis)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        var outcome = complete && verdict.Desired == 0
            ? CheckOutcome.Warning("the Deployment wants no pods, so nothing shows that the image starts", null)
            : CheckOutcome.MetIf(
                complete, verdict.Pods.Count == 0 ? "no new pod" : string.Join("; ", verdict.Pods.Select(Describe)), diagnosis?.Remedy);
        return outcome.Compared(verdict.Desired, verdict.Pods.Count(pod => pod.Ready));
    }

    private static string Describe(PodState pod) => $"{pod.Name} {pod.Phase}{(pod.Ready ? " ready" : "")}, {pod.Restarts} restarts";

    private static CheckOutcome CrashLoop(RolloutVerdict verdict, Diagnosis? diagnosis)
    {
        var crashing = verdict.Pods.Where(IsCrashing).Select(pod => pod.Name).ToList();
        // Between two crashes a pod runs; then only the diagnosis knows.
        var count = diagnosis is { Cause: "CrashLoop" } ? Math.Max(1, crashing.Count) : crashing.Count;
        var evidence = crashing.Count > 0 ? string.Join(", ", crashing) : count > 0 ? diagnosis!.Message : "none";
        return CheckOutcome.MetIf(count == 0, evidence, diagnosis?.Remedy).Compared(0, count);
    }

    private static bool IsCrashing(PodState pod) =>
        pod.Phase == "CrashLoopBackOff" || (pod is { Restarts: > 0, Phase: "Error" or "OOMKilled" or "Completed" });
}
