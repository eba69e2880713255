using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Images;

/// <summary>The run that a publish belongs to.</summary>
/// <param name="Id">The run.</param>
/// <param name="Reporter">Where progress is shown.</param>
/// <param name="Ledger">Records each push before and after it is made; null to record nothing.</param>
internal sealed record PublishRun(string Id, IReporter Reporter, RunLedger? Ledger = null);
