using k8s.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>
/// Draws the verdict from what was observed of a rollout, and when. A rollout fails before its time limit only for a cause that is certain
/// (docs/rollout-causes.md); everything else is reported and waited for.
/// </summary>
/// <param name="state">What was observed.</param>
/// <param name="at">The time of the verdict, counted from the start of the watch.</param>
internal sealed class RolloutEvaluation(RolloutState state, TimeSpan at)
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
            return new RolloutVerdict(RolloutPhase.Failed, Diagnose(
                RolloutCauses.Deleted,
                $"The Deployment {_expected.Deployment} was deleted during its rollout.",
                "Find out who deleted it; restore it from a backup."));
        }

        if (_deployment is null) return new RolloutVerdict(RolloutPhase.Progressing, null) { Desired = Desired, Memory = state.Memory };
        var newest = IsObserved ? state.Newest : null;
        var alive = (newest is null ? [] : state.PodsOf(newest))
            .Where(pod => !PodReader.HasEnded(pod) && !PodReader.IsTerminating(pod))
            .ToList();
        var issues = Issues(newest, alive);
        var memory = Remember(newest, alive, issues);
        var revision = IsObserved ? DeploymentReader.Revision(_deployment) : null;
        var observed = new RolloutVerdict(RolloutPhase.Progressing, null)
        {
            Desired = Desired,
            Ready = alive.Count(PodReader.IsReady),
            Old = memory.Old.Count,
            OldPods = memory.Old,
            Revision = revision,
            Pods = DescribedPods.Create(alive, issues, _expected.Container, revision),
            Memory = memory,
        };

        if (IsObserved && Superseded() is { } superseded) return observed with { Phase = RolloutPhase.Failed, Cause = superseded };
        var isRolledOut = newest is not null && IsRolledOut(alive);
        memory = memory with { RolledOut = isRolledOut ? (newest!.Uid(), Desired) : state.Memory.RolledOut };
        observed = observed with { RolledOut = isRolledOut || StaysRolledOut(newest, alive), Memory = memory };
        var rule = new CertaintyRule(_expected.Settings, memory.Issues, at);
        var worst = rule.MostSevere(observed.RolledOut ? [.. issues.Where(issue => issue.Cause.Recurs)] : issues, alive);
        if (worst is { IsCertain: true }) return observed with { Phase = RolloutPhase.Failed, Cause = worst.Issue.Diagnosis };
        // The controller's deadline is the end, but what keeps the pods is the cause.
        return observed.RolledOut && !memory.Old.AreAwaited
            ? observed with
            {
                Phase = RolloutPhase.Complete,
                Running = RunningImage.Create(alive.Where(PodReader.IsReady), _expected.Images),
            }
            : observed with { Cause = worst?.Issue.Diagnosis };
    }

    private List<PodIssue> Issues(V1ReplicaSet? newest, List<V1Pod> alive)
    {
        var issues = PodDiagnostics.Issues(alive, state.Events.Values, _expected.Settings.Restarts)
            .Select(issue => Lacks(issue) ? issue with { IsProven = true } : issue)
            .ToList();
        if (CreationDiagnostics.From(_deployment!, newest, state.Events.Values) is { } creation) issues.Add(creation);
        if (newest is not null) FailedPods.Add(issues, state.PodsOf(newest), state.Events.Values);
        if (IsObserved && Paused(newest) is { } paused) issues.Add(paused);
        if (newest is not null && DeadlineExceeded(newest) is { } deadline)
        {
            var blocking = issues.Find(issue => issue.Cause != RolloutCauses.Paused);
            issues.Add(blocking is null ? deadline : deadline with { Diagnosis = blocking.Diagnosis });
        }

        return issues;
    }

    // A node may ask a replica of the registry that is late; what the registry itself lacks does not come.
    private bool Lacks(PodIssue issue) => issue.Cause == RolloutCauses.ImageNotFound
        && _expected.Images.FirstOrDefault(one => one.Container == issue.Diagnosis.Container).Image is { } image
        && state.Lacking.Contains(image);

    // Room that old pods hold becomes free when they terminate, and they do when new pods become ready: waiting for it proves nothing.
    private RolloutMemory Remember(V1ReplicaSet? newest, List<V1Pod> alive, List<PodIssue> issues)
    {
        var old = state.Memory.Old.Observe(
            IsObserved
                ? state.OwnedSets()
                    .Where(set => !ReferenceEquals(set, newest))
                    .SelectMany(state.PodsOf)
                    .Where(pod => !PodReader.HasEnded(pod) && !IsLost(pod))
                : [],
            at,
            state.Memory.At);
        if (old.All.Any(pod => pod is { Terminating: not null, IsOverdue: false }) || (old.Count > 0 && alive.Exists(IsStarting)))
        {
            for (var index = 0; index < issues.Count; index++)
            {
                if (issues[index].Cause == RolloutCauses.QuotaExceeded || issues[index].Cause == RolloutCauses.Unschedulable)
                    issues[index] = issues[index] with { IsSuspended = true };
            }
        }

        return new RolloutMemory(state.Memory.Issues.Observe(issues, _expected.Settings, at), old, at);
    }

    private static bool IsStarting(V1Pod pod) => pod.Spec?.NodeName is { Length: > 0 } && !PodReader.IsReady(pod);

    private bool IsRolledOut(List<V1Pod> alive) =>
        _deployment!.Status is { } status
        && (status.UpdatedReplicas ?? 0) == Desired
        && (status.Replicas ?? 0) == Desired
        && (status.AvailableReplicas ?? 0) == Desired
        && alive.Count == Desired
        && alive.TrueForAll(PodReader.IsReady);

    // What was rolled out stays so when an autoscaler wants more pods since: these are no part of the release's verdict.
    private bool StaysRolledOut(V1ReplicaSet? newest, List<V1Pod> alive) =>
        state.Memory.RolledOut is { Replicas: > 0 } before
        && before.Set == newest?.Uid()
        && Desired > before.Replicas
        && _deployment!.Status is { } status
        && (status.Replicas ?? 0) == (status.UpdatedReplicas ?? 0)
        && (status.AvailableReplicas ?? 0) >= before.Replicas
        && alive.Count(PodReader.IsReady) >= before.Replicas;

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

    // A pause stops the scaling; pods that are all created already become ready all the same.
    private PodIssue? Paused(V1ReplicaSet? newest) => _deployment!.Spec?.Paused != true || IsScaled(newest) ? null : PodIssue.Create(
        RolloutCauses.Paused,
        $"The Deployment {_expected.Deployment} was paused during its rollout, so the rollout stopped.",
        "Find out who paused it; resume it (kubectl rollout resume), then update again.");

    private bool IsScaled(V1ReplicaSet? newest) => newest?.Spec?.Replicas == Desired
        && state.OwnedSets().All(set => ReferenceEquals(set, newest) || set.Spec?.Replicas is null or 0);

    // The condition names its ReplicaSet; until the controller makes progress, it still names that of the rollout before.
    private PodIssue? DeadlineExceeded(V1ReplicaSet newest) =>
        _deployment!.Status?.Conditions?.FirstOrDefault(one =>
            one is { Type: "Progressing", Reason: "ProgressDeadlineExceeded" }) is { } condition
        && (condition.Message is null || condition.Message.Contains($"\"{newest.Name()}\"", StringComparison.Ordinal))
            ? PodIssue.Create(
                RolloutCauses.ProgressDeadline,
                condition.Message ?? "The Deployment made no progress in time.",
                "Look at the new pods and their events.")
            : null;

    // Whether a pod on a node that does not answer has ended is unknown; the cluster has given it up and so does the rollout.
    private static bool IsLost(V1Pod pod) => PodReader.IsTerminating(pod)
        && (pod.Status?.Reason == "NodeLost" || PodReader.Condition(pod, "DisruptionTarget")?.Reason == "DeletionByTaintManager");

    private static Diagnosis Diagnose(RolloutCause cause, string message, string remedy) =>
        new(cause.Id, message) { Remedy = remedy };
}
