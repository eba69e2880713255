namespace RsolvDeploy.Rollbacks;

/// <summary>How a way back is taken.</summary>
internal sealed record RollbackOptions
{
    /// <summary>How long it may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What was wrong before the deployment that is taken back; null when nobody looked.</summary>
    public Baseline? Baseline { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
