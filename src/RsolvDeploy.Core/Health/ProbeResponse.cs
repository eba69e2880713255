using RsolvDeploy.Checks;

namespace RsolvDeploy.Health;

/// <summary>The response of an endpoint to one request.</summary>
/// <param name="Status">The HTTP status; null when there was no complete response.</param>
/// <param name="Elapsed">From sending the request to the last byte of the response.</param>
/// <param name="Fault">Why there was no complete response; null when there was.</param>
internal sealed record ProbeResponse(int? Status, TimeSpan Elapsed, string? Fault)
{
    /// <summary>The value that stands for a measurement when there was no response.</summary>
    public const string None = "no response";

    private const string Redirected = "A redirect is not followed: set url of the target to the address that responds itself, "
        + "and check that no login page stands before the endpoint.";

    /// <summary>The media type of the header; empty when there is none.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>Where a redirect points; null when it is none.</summary>
    public Uri? Location { get; init; }

    /// <summary>The outcome of a response that is not 200.</summary>
    /// <param name="endpoint">Whose response.</param>
    /// <param name="remedy">What to do.</param>
    public CheckOutcome ToOutcome(Endpoint endpoint, string remedy) =>
        CheckOutcome.NotMet(
            Status is null ? ToString() : $"{endpoint.Address} responded {this}", Location is null ? remedy : Redirected)
            .Compared(200, Status is { } code ? code : None, "HTTP status");

    /// <summary>As it stands in the evidence: <c>200 in 12 ms</c>.</summary>
    public override string ToString() => Fault
        ?? $"{Status}{(Location is null ? "" : $" to {Location}")} in {Elapsed.TotalMilliseconds:0} ms";
}
