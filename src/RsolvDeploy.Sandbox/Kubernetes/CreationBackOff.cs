namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>
/// How long the controller of a ReplicaSet waits until it tries again to create pods that were refused: 5 ms at first, twice as long each
/// time, at most 1,000 s, as the real one does.
/// </summary>
/// <param name="Refused">The message of the last attempt.</param>
/// <param name="Count">How many pods were missing.</param>
/// <param name="Attempts">How many attempts failed.</param>
/// <param name="Next">When the next one is made.</param>
internal sealed record CreationBackOff(string Refused, int Count, int Attempts, DateTimeOffset Next)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1000);

    /// <summary>Before the first attempt.</summary>
    public static CreationBackOff None { get; } = new("", 0, 0, DateTimeOffset.MinValue);

    /// <summary>Whether the next attempt is to be made later.</summary>
    public bool Waits(int count, DateTimeOffset now) => count == Count && now < Next;

    /// <summary>The back-off after one more failed attempt.</summary>
    public CreationBackOff After(string refused, int count, DateTimeOffset now)
    {
        var wait = First * Math.Pow(2, Math.Min(Attempts, 20));
        return new CreationBackOff(refused, count, Attempts + 1, now + (wait < Longest ? wait : Longest));
    }
}
