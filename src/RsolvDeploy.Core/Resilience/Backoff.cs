namespace RsolvDeploy.Resilience;

/// <summary>How long to wait before trying again: doubling, with jitter so that many clients do not return at once.</summary>
internal sealed class Backoff(TimeProvider time)
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    /// <summary>How many waits there were since the last success.</summary>
    public int Failures { get; private set; }

    public void Succeeded() => Failures = 0;

    /// <summary>
    /// Waits twice as long as the last time, up to <paramref name="longest"/>, or as long as the server asked when that is longer; never
    /// over <see cref="Longest"/>. A server that asks for no wait at all gets the same backoff as one that asks for nothing.
    /// </summary>
    public Task WaitAsync(TimeSpan? asked, CancellationToken cancellationToken, TimeSpan? longest = null)
    {
        var doubled = First * Math.Pow(2, Math.Min(Failures++, 10));
        var most = longest ?? Longest;
        var own = (doubled < most ? doubled : most) * Jitter();
        var delay = asked > own ? asked.Value : own;
        return Task.Delay(delay < Longest ? delay : Longest, time, cancellationToken);
    }

#pragma warning disable CA5394 // Spreads load; guards nothing.
    private static double Jitter() => 0.5 + (Random.Shared.NextDouble() / 2);
#pragma warning restore CA5394
}
