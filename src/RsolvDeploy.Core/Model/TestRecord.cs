namespace RsolvDeploy;

/// <summary>One record of test data, as it is sent.</summary>
/// <param name="Phase">The phase that it reports: <c>validation</c> or <c>mitigation</c>.</param>
/// <param name="Body">The JSON that is sent.</param>
public sealed record TestRecord(string Phase, string Body)
{
    /// <summary>The HTTP status of the response; null when it was not sent or no response arrived.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The beginning of the response's body; empty when there is none. Never holds a secret value.</summary>
    public string Response { get; init; } = "";

    /// <summary>How often it was sent. Each time carries the same idempotency key.</summary>
    public int Attempts { get; init; }

    /// <summary>The phase and the status.</summary>
    public override string ToString() =>
        StatusCode is { } status ? FormattableString.Invariant($"{Phase}: {status}")
        : Attempts > 0 ? $"{Phase}: no response"
        : $"{Phase}: not sent";
}
