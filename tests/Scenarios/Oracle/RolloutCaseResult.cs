using System.Globalization;

namespace RsolvDeploy.Scenarios.Oracle;

/// <summary>What both made of a rollout.</summary>
/// <param name="Case">The rollout.</param>
/// <param name="Kubectl">What kubectl calls it.</param>
/// <param name="Ours">What RsolvDeploy calls it.</param>
internal sealed record RolloutCaseResult(RolloutCase Case, KubectlRollout Kubectl, Rollout Ours)
{
    // Both start at slightly different times, and a busy machine is late.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    public bool Agree => Kubectl.Succeeded == (Ours.Status == StepStatus.Succeeded);

    /// <summary>Whether one of them ended so close to the limit that the other may just have missed it.</summary>
    public bool IsBorderline =>
        (Kubectl.Succeeded && Kubectl.Took > Case.Limit - Margin)
        || (Ours.Status == StepStatus.Succeeded && Ours.Duration > Case.Limit - Margin);

    /// <summary>Why they differ, when this is meant; null when it is not.</summary>
    public string? MeantBecause => Ours switch
    {
        // kubectl follows whatever is newest; RsolvDeploy judges the release that it was asked to judge.
        { Diagnosis.Cause: "Superseded" } when Case.Interference == Interference.SetImage => "superseded by another image",
        // A container that is ready before it crashes makes the rollout good for an instant; kubectl takes that for success.
        { Diagnosis.Cause: "CrashLoop" } when Case.New.CrashesWhenReady => "crashes again and again after it was ready",
        // The controller still carries the deadline of the rollout before, and kubectl believes it.
        { Status: StepStatus.Succeeded } when Kubectl.ExceededDeadline => "kubectl ends at a progress deadline that passes",
        // kubectl ends with success when the new pods are ready; RsolvDeploy still follows old pods and its window, and sees the deletion.
        { Diagnosis.Cause: "Deleted" } when Case.Interference == Interference.Delete && Kubectl.Succeeded && !IsLateDeletion =>
            "deleted right after kubectl had ended",
        _ => null,
    };

    // What is deleted after the grace period of the old pods and the window should have been judged before.
    private bool IsLateDeletion =>
        Case.InterferesAfter - Kubectl.Took > RolloutCasePlayer.Window + TimeSpan.FromSeconds(Case.GracePeriod) + Margin;

    public override string ToString()
    {
        var last = string.Concat(Ours.Timeline.TakeLast(6).Select(entry => $"        {entry}\n"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Case}\n"
                + $"    kubectl: {(Kubectl.Succeeded ? "good" : "not good")} after {Kubectl.Took.TotalSeconds:0.0} s ({Kubectl.Message})\n"
                + $"    RsolvDeploy: {Ours.Status} after {Ours.Duration.TotalSeconds:0.0} s {Ours.Diagnosis}\n{last}");
    }
}
