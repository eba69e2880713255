using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>A phase of a run, ready to run.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Step">Its step with its options.</param>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Estimate">How long it is expected to take.</param>
internal sealed record PlannedPhase(ChecklistPhase Phase, StepInvocation Step, int Number, PhaseEstimate Estimate)
{
    /// <summary>The phase as it was not started.</summary>
    public PhaseResult NotStarted(string reason) => new(Number, Phase.Name, null) { Estimate = Estimate, Evidence = reason };
}
