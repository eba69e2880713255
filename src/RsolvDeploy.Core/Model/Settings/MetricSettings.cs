namespace RsolvDeploy;

/// <summary>The metrics that must be there.</summary>
public sealed record MetricSettings
{
    /// <summary>Names or globs of metric families that the endpoint has to define.</summary>
    public IReadOnlyList<string> Families { get; init => field = value.ToArray(); } = [];

    /// <summary>Labels that their series have to carry.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value.ToArray(); } = [];

    /// <summary>Counters that test data has to move.</summary>
    public IReadOnlyList<MetricRise> Rises { get; init => field = value.ToArray(); } = [];
}
