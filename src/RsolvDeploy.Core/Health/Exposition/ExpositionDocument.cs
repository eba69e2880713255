namespace RsolvDeploy.Health.Exposition;

/// <summary>What was read of an exposition.</summary>
/// <param name="Families">The families, in the order of their first line.</param>
/// <param name="Samples">How many samples were read.</param>
/// <param name="Errors">The first lines that Prometheus refuses; all of them are counted in <paramref name="ErrorCount"/>.</param>
/// <param name="ErrorCount">How many lines Prometheus refuses. One of them is enough to fail a scrape.</param>
/// <param name="Bytes">How many bytes were read.</param>
internal sealed record ExpositionDocument(
    IReadOnlyList<ExpositionFamily> Families, long Samples, IReadOnlyList<ExpositionIssue> Errors, long ErrorCount, long Bytes)
{
    /// <summary>The first lines that Prometheus takes although the format forbids them.</summary>
    public IReadOnlyList<ExpositionIssue> Warnings { get; init; } = [];

    /// <summary>How many lines Prometheus takes although the format forbids them.</summary>
    public long WarningCount { get; init; }

    /// <summary>Everything that Prometheus takes although the format forbids it.</summary>
    public ExpositionLeniency Leniency { get; init; }

    public bool IsValid => ErrorCount == 0;
}
