namespace RsolvDeploy.Updates;

/// <summary>The update of one workload of a release.</summary>
/// <param name="Plan">Its plan.</param>
/// <param name="Rollout">Its result; null when it was not started.</param>
/// <param name="HasWritten">Whether its workload was changed by this run.</param>
/// <param name="Error">Why nothing was written; null when something was, or it was not started.</param>
internal sealed record ReleasePart(UpdatePlan Plan, Rollout? Rollout, bool HasWritten, Exception? Error = null)
{
    /// <summary>Whether it failed, or ran out of time.</summary>
    public bool HasFailed => Error is not null || Rollout is { Status: StepStatus.Failed or StepStatus.TimedOut };

    /// <summary>Whether somebody else deployed another release to the workload meanwhile, which this run does not roll back.</summary>
    public bool IsSuperseded => Rollout?.Diagnosis?.Cause == RolloutCauses.Superseded.Id;

    /// <summary>The part of the release's result.</summary>
    public WorkloadRollout ToResult() => new(Plan.Workload, Error is not null ? StepStatus.Failed : Rollout?.Status ?? StepStatus.Skipped)
    {
        Image = Rollout?.Image,
        PreviousImage = Plan.PreviousImage,
        PreviousRevision = Plan.PreviousRevision,
        Revision = Rollout?.Revision,
        Pods = Rollout?.Pods ?? [],
        Diagnosis = Rollout?.Diagnosis,
        Timeline = Rollout?.Timeline ?? [],
        Duration = Rollout?.Duration ?? TimeSpan.Zero,
    };
}
