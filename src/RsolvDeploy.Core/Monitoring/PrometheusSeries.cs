namespace RsolvDeploy.Monitoring;

/// <summary>One series of the result of an instant query; a scalar comes as one series without labels.</summary>
internal sealed record PrometheusSeries(IReadOnlyDictionary<string, string> Labels, double Value);
