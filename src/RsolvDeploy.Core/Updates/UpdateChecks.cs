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
    /// <param name="stored">What the API server stored.</param>
    public IEnumerable<Check> Create(RolloutVerdict verdict, Diagnosis? diagnosis, RolloutExpectation stored)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        yield return CheckTable.UpdateImage.ToCheck(Image(diagnosis, stored.Image), timer);
        yield return CheckTable.UpdatePreviousImage.ToCheck(
            CheckOutcome.Met(DeploymentReader.Describe(plan.PreviousImage, plan.PreviousRevision)), timer);
        yield return CheckTable.UpdateApplied.ToCheck(CheckOutcome.Met(Applied(verdict)), timer);
        yield return CheckTable.RolloutCompleted.ToCheck(
            CheckOutcome.MetIf(complete, complete ? verdict.Summary : $"{diagnosis}", diagnosis?.Remedy).Compared(
                verdict.Desired, verdict.Ready),
            timer);
        yield return CheckTable.RolloutPodsRunning.ToCheck(Running(verdict, diagnosis), timer);
        yield return CheckTable.RolloutOldPodsGone.ToCheck(OldPods(verdict, diagnosis).Compared(0, verdict.Old), timer);
        yield return CheckTable.RolloutNoCrashLoop.ToCheck(CrashLoop(verdict, diagnosis), timer);
    }

    private CheckOutcome Image(Diagnosis? diagnosis, string stored)
    {
        if (diagnosis?.Cause == "Superseded")
            return CheckOutcome.NotMet(plan.Image, diagnosis.Remedy).Compared(plan.Image, "another image");
        var evidence = stored == plan.Image ? plan.Image : $"{plan.Image}, which the API server stored as {stored} (admission)";
        var outcome = ImageIdentity.IsSame(stored, plan.Image)
            ? CheckOutcome.Met(evidence)
            : CheckOutcome.Warning(evidence, "Find the admission policy that replaces the image, and check that it is the wanted one.");
        return outcome.Compared(plan.Image, stored);
    }

    private string Applied(RolloutVerdict verdict)
    {
        if (plan.ChangesNothing) return "the image was already there; nothing was written";
        if (plan.Overlay is not { } overlay) return $"image patch{(verdict.Revision is { } revision ? $", revision {revision}" : "")}";
        var omitted = overlay.LeftOut.Count == 0 ? "" : $"; left out: {string.Join(", ", overlay.LeftOut)}";
        return $"overlay {plan.Target.Kustomize!.Path} built by {overlay.Program}, server-side apply of {overlay.Others.Count + 1} "
            + $"objects, revision {verdict.Revision}{omitted}";
    }

    // The new pods serve: what old ones still do to end is no failure of the release.
    private static CheckOutcome OldPods(RolloutVerdict verdict, Diagnosis? diagnosis)
    {
        if (verdict.Old == 0) return CheckOutcome.Met("none left");
        var evidence = verdict.OldPods.Terminating == 0 ? $"{verdict.Old} left" : $"{verdict.Old} left; {verdict.OldPods.Describe()}";
        return verdict.Phase == RolloutPhase.Complete
            ? CheckOutcome.Warning(
                evidence, "Look at the old pods; they end with their grace period, unless a finalizer or their node keeps them.")
            : CheckOutcome.NotMet(evidence, diagnosis?.Remedy);
    }

    private CheckOutcome Running(RolloutVerdict verdict, Diagnosis? diagnosis)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        if (complete && plan.Workload.Kind == WorkloadKind.CronJob) return CheckOutcome.Met(verdict.Note);
        var outcome = complete && verdict.Desired == 0
            ? CheckOutcome.Warning(
                verdict.Note.Length > 0 ? verdict.Note : "the Deployment wants no pods, so nothing shows that the image starts", null)
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
