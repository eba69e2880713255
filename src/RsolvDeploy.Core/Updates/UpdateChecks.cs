using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Updates;

/// <summary>The boxes of section 4 of the checklist, but for the logs.</summary>
internal static class UpdateChecks
{
    public static IEnumerable<Check> Create(UpdatePlan plan, RolloutVerdict verdict, Diagnosis? diagnosis, DateTimeOffset started)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        var crash = verdict.Pods.Where(pod => pod.Phase == "CrashLoopBackOff").Select(pod => pod.Name).ToList();
        yield return Make("update.image", "The pod template names the intended digest", diagnosis?.Cause != "Superseded", plan.Image);
        yield return Make("update.previous-image", "The previous image and revision are recorded", true, DeploymentReader.Describe(plan.PreviousImage, plan.PreviousRevision));
        yield return Make("update.applied", "The change is applied", true, plan.ChangesNothing ? "the image was already there; nothing was written" : plan.Overlay is { } overlay
            ? $"overlay {plan.Target.Kustomize!.Path} built by {overlay.Program}, server-side apply of {overlay.Others.Count + 1} objects, revision {verdict.Revision}{(overlay.LeftOut.Count == 0 ? "" : $"; left out: {string.Join(", ", overlay.LeftOut)}")}"
            : $"image patch, revision {verdict.Revision}");
        yield return Make("rollout.completed", "The rollout completes in time", complete, complete ? verdict.Summary : $"{diagnosis}", diagnosis?.Remedy);
        var nobody = complete && verdict.Desired == 0;
        var running = Make("rollout.pods-running", "The new pods are running and ready", complete, nobody ? "the Deployment wants no pods, so nothing shows that the image starts"
            : verdict.Pods.Count == 0 ? "no new pod" : string.Join("; ", verdict.Pods.Select(pod => $"{pod.Name} {pod.Phase}{(pod.Ready ? " ready" : "")}, {pod.Restarts} restarts")));
        yield return nobody ? running with { Status = CheckStatus.Warning } : running;
        yield return Make("rollout.old-pods-gone", "The old pods are gone", verdict.Old == 0, verdict.Old == 0 ? "none left" : $"{verdict.Old} still there");
        yield return Make("rollout.no-crashloop", "No pod is in a crash loop", crash.Count == 0 && diagnosis?.Cause != "CrashLoop",
            crash.Count > 0 ? string.Join(", ", crash) : diagnosis is { Cause: "CrashLoop" } ? diagnosis.Message : "none");

        Check Make(string id, string title, bool passed, string evidence, string? remedy = null) =>
            new(id, "Update", title, passed ? CheckStatus.Passed : CheckStatus.Failed)
            {
                Evidence = evidence,
                Remedy = passed ? null : remedy ?? diagnosis?.Remedy,
                Started = started,
                Duration = TimeProvider.System.GetUtcNow() - started,
            };
    }
}
