namespace RsolvDeploy;

/// <summary>What a smoke test looks at.</summary>
public sealed record SmokeSettings
{
    /// <summary>Path of the website. Default <c>/</c>.</summary>
    public string Website { get; init; } = "/";

    /// <summary>Path of the API's health document. Default <c>/api/health</c>.</summary>
    public string Api { get; init; } = "/api/health";

    /// <summary>Values of the health document that show the database. Empty: it is found by its name.</summary>
    public IReadOnlyList<DocumentRule> Database { get; init => field = value.ToArray(); } = [];

    /// <summary>Values of the health document that show the services. Empty: they are found by their names.</summary>
    public IReadOnlyList<DocumentRule> Services { get; init => field = value.ToArray(); } = [];

    /// <summary>How long a pod runs before its memory and CPU count. Default 1 minute.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back memory and CPU are read. Default 10 minutes.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The requirements for memory.</summary>
    public SmokeMemorySettings Memory { get; init; } = new();

    /// <summary>The requirements for CPU.</summary>
    public SmokeCpuSettings Cpu { get; init; } = new();
}
