namespace RsolvDeploy.Runs;

/// <summary>A step of an interrupted run that is taken up.</summary>
/// <param name="Step">The step, with what was written down when it began.</param>
/// <param name="Probe">What became of it.</param>
internal sealed record ResumedStep(RunStep Step, ProbeResult Probe);
