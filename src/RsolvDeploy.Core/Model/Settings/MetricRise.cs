namespace RsolvDeploy;

/// <summary>A counter that test data has to move.</summary>
/// <param name="Id">The last part of the check's id, <c>metrics.&lt;id&gt;</c>.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="By">By how much it has to rise at least; more than zero.</param>
public sealed record MetricRise(string Id, string Metric, double By);
