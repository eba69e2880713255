using k8s.Models;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Rollouts.Diagnostics;

namespace RsolvDeploy.Rollouts;

/// <summary>Draws the verdict on the rollout of a StatefulSet or DaemonSet.</summary>
/// <param name="state">What was observed.</param>
/// <param name="now">The time of the verdict.</param>
internal sealed class SetEvaluation(RolloutState state, DateTimeOffset now)
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
            return new RolloutVerdict(RolloutPhase.Progressing, null) { Desired = progress.Desired };
        var alive = state.NewPods().Where(pod => !PodReader.HasEnded(pod) && !PodReader.IsTerminating(pod)).ToList();
        var observed = new RolloutVerdict(RolloutPhase.Progressing, null)
        {
            Desired = progress.IsOnDelete ? 0 : progress.Desired,
            Ready = alive.Count(PodReader.IsReady),
            Old = progress.IsOnDelete ? 0 : Math.Max(0, OldPods() - progress.Kept),
            Revision = _set.Newest?.Number,
            Note = progress.Note,
            Pods = [.. alive.Select(pod => PodReader.StateOf(pod, _expected.Container)).OrderBy(pod => pod.Name, StringComparer.Ordinal)],
        };
        if (Superseded() is { } superseded) return Failed(observed, superseded);
        if (progress.IsOnDelete) return observed with { Phase = RolloutPhase.Complete, RolledOut = true };
        var issue = PodDiagnostics.MostSevere(alive, state.Events.Values, now, _expected.Restarts) ?? SetDiagnostics.From(state, now);
        if (issue is { IsFatal: true }) return Failed(observed, issue.Diagnosis);
        observed = observed with { RolledOut = progress.IsRolledOut && AllRun(alive, progress.Desired) };
        return observed.RolledOut && observed.Old == 0
            ? observed with { Phase = RolloutPhase.Complete, Running = RunningImage.Create(alive, _expected.Images) }
            : observed with { Cause = issue?.Diagnosis };
    }

    private int OldPods() => state.Pods.Values.Count(pod => _set.Owns(pod) && !_set.IsNew(pod) && !PodReader.HasEnded(pod));

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
