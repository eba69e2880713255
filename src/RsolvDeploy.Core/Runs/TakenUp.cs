namespace RsolvDeploy.Runs;

/// <summary>A step of an interrupted run that is taken up.</summary>
/// <param name="Step">The step, with what was written down when it began.</param>
/// <param name="Finding">What became of it.</param>
internal sealed record TakenUp(RunStep Step, RunFinding Finding);
