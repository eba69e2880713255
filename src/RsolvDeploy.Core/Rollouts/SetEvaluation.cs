using k8s.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>Draws the verdict on the rollout of a StatefulSet or DaemonSet.</summary>
/// <param name="state">What was observed.</param>
/// <param name="at">The time of the verdict, counted from the start of the watch.</param>
internal sealed class SetEvaluation(RolloutState state, TimeSpan at)
{
    private readonly SetState _set = state.Set!;
    private readonly RolloutExpectation _expected = state.Expected;

    private string Subject => $"{_expected.Kind} {_expected.Deployment}";

    /// <summary>The verdict.</summary>
    /// <param name="progress">What the status of the workload says.</param>
    public RolloutVerdict Verdict(SetProgress progress)
    {
        if (state.Deleted)
        {
            return Failed(new RolloutVerdict(RolloutPhase.Progressing, null), new Diagnosis(
                "Deleted", $"The {Subject} was deleted during its rollout.")
            { Remedy = "Find out who deleted it; restore it from a backup." });
        }

        // Until the controller has seen the write, the status describes the release before.
        if (progress.ObservedGeneration < _expected.Generation || progress.ObservedGeneration == 0)
            return new RolloutVerdict(RolloutPhase.Progressing, null) { Desired = progress.Desired, Memory = state.Memory };
        var alive = state.NewPods().Where(pod => !PodReader.HasEnded(pod) && !PodReader.IsTerminating(pod)).ToList();
        var issues = PodDiagnostics.Issues(alive, state.Events.Values, _expected.Settings.Restarts).ToList();
        if (SetDiagnostics.From(state) is { } creation) issues.Add(creation);
        FailedPods.Add(issues, state.NewPods(), state.Events.Values);
        var old = state.Pods.Values.Where(pod => _set.Owns(pod) && !_set.IsNew(pod) && !PodReader.HasEnded(pod)).ToList();
        if (issues.Count == 0 && BlockingPod.From(_set.StatefulSet, old, state.Events.Values) is { } blocking) issues.Add(blocking);
        var memory = Remember(old, issues);
        var observed = new RolloutVerdict(RolloutPhase.Progressing, null)
        {
            Desired = progress.IsOnDelete ? 0 : progress.Desired,
            Ready = alive.Count(PodReader.IsReady),
            Old = progress.IsOnDelete ? 0 : Math.Max(0, old.Count - progress.Kept),
            OldPods = memory.Old,
            Memory = memory,
            Revision = _set.Newest?.Number,
            Note = progress.Note,
            Pods = DescribedPods.Create(alive, issues, _expected.Container, _set.Newest?.Number),
        };
        if (Superseded() is { } superseded) return Failed(observed, superseded);
        if (progress.IsOnDelete) return observed with { Phase = RolloutPhase.Complete, RolledOut = true };
        observed = observed with { RolledOut = progress.IsRolledOut && AllRun(alive, progress.Desired) };
        var worst = new CertaintyRule(_expected.Settings, memory.Issues, at)
            .MostSevere(observed.RolledOut ? [.. issues.Where(issue => issue.Cause.Recurs)] : issues, alive);
        if (worst is { IsCertain: true }) return Failed(observed, worst.Issue.Diagnosis);
        // Old pods that should have ended long ago hold nothing up: the new ones serve.
        return observed.RolledOut && (observed.Old == 0 || (memory.Old.Terminating >= observed.Old && !memory.Old.AreAwaited))
            ? observed with { Phase = RolloutPhase.Complete, Running = RunningImage.Create(alive, _expected.Images) }
            : observed with { Cause = worst?.Issue.Diagnosis };
    }

    private RolloutMemory Remember(List<V1Pod> old, List<PodIssue> issues) => new(
        state.Memory.Issues.Observe(issues, _expected.Settings, at),
        state.Memory.Old.Observe(old.Where(PodReader.IsTerminating), at, state.Memory.At),
        at);

    private static bool AllRun(List<V1Pod> alive, int desired) => alive.Count >= desired && alive.TrueForAll(PodReader.IsReady);

    private Diagnosis? Superseded()
    {
        foreach (var (name, wanted) in _expected.Images)
        {
            var image = DeploymentReader.Image(_set.PodSpec, name);
            if (ImageIdentity.IsSame(image, wanted)) continue;
            return new Diagnosis(
                "Superseded", $"Somebody else changed the {Subject} during its rollout: the image of {name} is {image ?? "gone"} now.")
            {
                Container = name,
                Remedy = "Agree on one deployment at a time, then update again.",
            };
        }

        return null;
    }

    private static RolloutVerdict Failed(RolloutVerdict observed, Diagnosis cause) =>
        observed with { Phase = RolloutPhase.Failed, Cause = cause };
}
