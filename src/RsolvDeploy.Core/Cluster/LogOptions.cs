namespace RsolvDeploy.Cluster;

/// <summary>Which part of a container's log to read.</summary>
internal sealed record LogOptions
{
    /// <summary>The container; null for the only one.</summary>
    public string? Container { get; init; }

    /// <summary>Whether to read the ended instance before the present one.</summary>
    public bool Previous { get; init; }

    /// <summary>How many lines from the end; null for all.</summary>
    public int? TailLines { get; init; }

    /// <summary>How far back, in seconds; null for the beginning.</summary>
    public int? SinceSeconds { get; init; }

    /// <summary>Whether each line begins with its timestamp, as RFC 3339 with nine decimals, and a space.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether to wait for more lines until the container ends.</summary>
    public bool Follow { get; init; }
}
