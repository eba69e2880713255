namespace RsolvDeploy.Monitoring;

/// <summary>One series of the result of an instant query; a scalar comes as one series without labels.</summary>
internal sealed record PrometheusSeries(IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>The result of an instant query.</summary>
/// <param name="Series">The series.</param>
/// <param name="Notices">What the server adds to them.</param>
internal sealed record PrometheusVector(IReadOnlyList<PrometheusSeries> Series, PrometheusNotices Notices);
