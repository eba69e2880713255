namespace RsolvDeploy;

/// <summary>The metrics endpoint.</summary>
public sealed record MetricsEndpointSettings
{
    /// <summary>Path of the endpoint. Default <c>/metrics</c>.</summary>
    public string Path { get; init; } = "/metrics";

    /// <summary>The longest response time allowed. Default 1 second.</summary>
    public TimeSpan Under { get; init; } = TimeSpan.FromSeconds(1);
}
