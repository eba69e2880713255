namespace RsolvDeploy.Reporting;

/// <summary>A phase of a deployment starts or ends.</summary>
/// <param name="Phase">The phase; without a status when it starts.</param>
/// <param name="Count">How many phases the deployment has.</param>
/// <param name="IsEnd">Whether it ends.</param>
internal sealed record PhaseUpdate(PhaseResult Phase, int Count, bool IsEnd);
