namespace RsolvDeploy.Resilience;

/// <summary>How long to wait before trying again: doubling, with jitter so that many clients do not return at once.</summary>
internal sealed class Backoff(TimeProvider time)
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    /// <summary>How many waits there were since the last success.</summary>
    public int Failures { get; private set; }

    public void Succeeded() => Failures = 0;

    /// <summary>Waits as long as the server asked, else twice as long as the last time; never over <see cref="Longest"/>.</summary>
    public Task WaitAsync(TimeSpan? asked, CancellationToken cancellationToken)
    {
        var doubled = First * Math.Pow(2, Math.Min(Failures++, 10));
        var delay = asked ?? (doubled < Longest ? doubled : Longest) * Jitter();
        return Task.Delay(delay < Longest ? delay : Longest, time, cancellationToken);
    }

#pragma warning disable CA5394 // Spreads load; guards nothing.
    private static double Jitter() => 0.5 + (Random.Shared.NextDouble() / 2);
#pragma warning restore CA5394
}
