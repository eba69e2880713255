using k8s.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>Draws the verdict from what was observed of a rollout.</summary>
/// <param name="state">What was observed.</param>
/// <param name="now">The time of the verdict.</param>
internal sealed class RolloutEvaluation(RolloutState state, DateTimeOffset now)
{
    private readonly V1Deployment? _deployment = state.Deployment;
    private readonly RolloutExpectation _expected = state.Expected;

    private int Desired => _deployment?.Spec?.Replicas ?? 1;

    // Until the controller has seen the write, the status describes the release before.
    private bool IsObserved => _deployment is not null && (_deployment.Status?.ObservedGeneration ?? 0) >= _expected.Generation;

    /// <summary>The verdict.</summary>
    public RolloutVerdict Verdict()
    {
        if (state.Deleted)
        {
            return Failed(
                "Deleted",
                $"The Deployment {_expected.Deployment} was deleted during its rollout.",
                "Find out who deleted it; restore it from a backup.");
        }

        if (!IsObserved) return new RolloutVerdict(RolloutPhase.Progressing, null) { Desired = Desired };
        var newest = state.Newest();
        var alive = (newest is null ? [] : state.PodsOf(newest))
            .Where(pod => !PodReader.HasEnded(pod) && !PodReader.IsTerminating(pod))
            .ToList();
        var observed = new RolloutVerdict(RolloutPhase.Progressing, null)
        {
            Desired = Desired,
            Ready = alive.Count(PodReader.IsReady),
            Old = state
                .OwnedSets()
                .Where(set => !ReferenceEquals(set, newest))
                .SelectMany(state.PodsOf)
                .Count(pod => !PodReader.HasEnded(pod) && !IsLost(pod)),
            Revision = DeploymentReader.Revision(_deployment!),
            Pods = [.. alive.Select(pod => PodReader.StateOf(pod, _expected.Container)).OrderBy(pod => pod.Name, StringComparer.Ordinal)],
        };

        if ((Superseded() ?? Paused()) is { } interference) return observed with { Phase = RolloutPhase.Failed, Cause = interference };
        var issue = PodDiagnostics.MostSevere(alive, state.Events.Values, now, _expected.Restarts)
            ?? CreationDiagnostics.From(_deployment!, newest, now);
        if (issue is { IsFatal: true }) return observed with { Phase = RolloutPhase.Failed, Cause = issue.Diagnosis };
        if (DeadlineExceeded() is { } deadline) return observed with { Phase = RolloutPhase.Failed, Cause = issue?.Diagnosis ?? deadline };
        observed = observed with { RolledOut = newest is not null && IsRolledOut(alive) };
        return observed.RolledOut && observed.Old == 0
            ? observed with { Phase = RolloutPhase.Complete, Running = RunningImage.Create(alive, _expected.Images) }
            : observed with { Cause = issue?.Diagnosis };
    }

    private bool IsRolledOut(List<V1Pod> alive) =>
        _deployment!.Status is { } status
        && (status.UpdatedReplicas ?? 0) == Desired
        && (status.Replicas ?? 0) == Desired
        && (status.AvailableReplicas ?? 0) == Desired
        && alive.Count == Desired
        && alive.TrueForAll(PodReader.IsReady);

    private Diagnosis? Superseded()
    {
        var containers = DeploymentReader.AllContainers(_deployment!).ToList();
        foreach (var (name, wanted) in _expected.Images)
        {
            var image = containers.Find(container => container.Name == name)?.Image;
            if (ImageIdentity.IsSame(image, wanted)) continue;
            return new Diagnosis(
                "Superseded",
                $"Somebody else changed the Deployment {_expected.Deployment} during its rollout: "
                    + $"the image of {name} is {image ?? "gone"} now.")
            {
                Container = name,
                Remedy = "Agree on one deployment at a time, then update again.",
            };
        }

        return null;
    }

    private Diagnosis? Paused() => _deployment!.Spec?.Paused != true ? null
        : new Diagnosis("Paused", $"The Deployment {_expected.Deployment} was paused during its rollout, so the rollout stopped.")
        { Remedy = "Find out who paused it; resume it (kubectl rollout resume), then update again." };

    private Diagnosis? DeadlineExceeded() =>
        _deployment!.Status?.Conditions?.FirstOrDefault(one =>
            one.Type == "Progressing") is { Reason: "ProgressDeadlineExceeded" } condition
            ? new Diagnosis("ProgressDeadline", condition.Message ?? "The Deployment made no progress in time.")
            {
                Remedy = "Look at the new pods and their events.",
            }
            : null;

    // Whether a pod on a node that does not answer has ended is unknown; the cluster has given it up and so does the rollout.
    private static bool IsLost(V1Pod pod) => PodReader.IsTerminating(pod)
        && (pod.Status?.Reason == "NodeLost" || PodReader.Condition(pod, "DisruptionTarget")?.Reason == "DeletionByTaintManager");

    private static RolloutVerdict Failed(string cause, string message, string remedy) =>
        new(RolloutPhase.Failed, new Diagnosis(cause, message) { Remedy = remedy });
}
