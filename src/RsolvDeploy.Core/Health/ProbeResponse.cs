namespace RsolvDeploy.Health;

/// <summary>How an endpoint answered one request.</summary>
/// <param name="Status">The HTTP status; null when there was no whole answer.</param>
/// <param name="Elapsed">From sending the request to the last byte of the answer.</param>
/// <param name="Fault">Why there was no whole answer; null when there was.</param>
internal sealed record ProbeResponse(int? Status, TimeSpan Elapsed, string? Fault)
{
    /// <summary>The media type it says it has; empty when it says none.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>Where a redirect points; null when it is none.</summary>
    public Uri? Location { get; init; }

    /// <summary>As it stands in the evidence: <c>200 in 12 ms</c>.</summary>
    public override string ToString() => Fault
        ?? $"{Status}{(Location is null ? "" : $" to {Location}")} in {Elapsed.TotalMilliseconds:0} ms";
}
