namespace RsolvDeploy.Sandbox.Platform;

/// <summary>The report of a phase about its run.</summary>
internal sealed record PhaseReport(string Repository, string Language, string Framework)
{
    public bool Validated { get; init; } = true;

    public double TestsGenerated { get; init; }

    public double TestsFailed { get; init; }

    public double FilesChanged { get; init; }

    public double TrustScore { get; init; }

    public double DurationMilliseconds { get; init; } = 1200;

    public (string Name, string Value)[] Labels => [("repo", Repository), ("language", Language), ("framework", Framework)];
}
