namespace RsolvDeploy.Resilience;

/// <summary>When and how often an operation is repeated. The delay doubles from one attempt to the next, with jitter.</summary>
/// <param name="ShouldRetry">Whether to repeat after this result or exception; the other of the two is null.</param>
/// <param name="Retries">How often, after the first attempt.</param>
/// <param name="Delay">The first delay.</param>
internal sealed record RetryOptions(Func<object?, Exception?, bool> ShouldRetry, int Retries, TimeSpan Delay)
{
    public TimeSpan LongestDelay { get; init; } = Backoff.Longest;

    /// <summary>The delay that the other side asks for, up to the longest one; null where it asks for none.</summary>
    public Func<object?, Exception?, TimeSpan?> AskedDelay { get; init; } = static (_, _) => null;

    /// <summary>Gets the exception before each retry.</summary>
    public Action<Exception?> OnRetry { get; init; } = static _ => { };

    /// <summary>The clock that the delays run by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
