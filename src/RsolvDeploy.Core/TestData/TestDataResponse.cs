namespace RsolvDeploy.TestData;

/// <summary>The response of the platform to a record.</summary>
/// <param name="StatusCode">The HTTP status; null when no response arrived.</param>
/// <param name="Body">The beginning of its body, in one line.</param>
/// <param name="Elapsed">How long the last attempt took.</param>
internal sealed record TestDataResponse(int? StatusCode, string Body, TimeSpan Elapsed)
{
    /// <summary>How often the record was sent.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How often it may have been stored: attempts that were not refused for certain.</summary>
    public int Stored { get; init; }

    /// <summary>Why no response arrived; empty when one did.</summary>
    public string Fault { get; init; } = "";

    /// <summary>Where a redirect leads; null when it is none.</summary>
    public Uri? Location { get; init; }

    /// <summary>The wait that the platform asks for; null when it asks for none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the platform accepted the record.</summary>
    public bool IsAccepted => StatusCode is >= 200 and < 300;

    /// <summary>Whether the same record may be accepted later.</summary>
    public bool MayRecover => StatusCode is null or 408 or 409 or 425 or 429 or 502 or 503 or 504;
}
