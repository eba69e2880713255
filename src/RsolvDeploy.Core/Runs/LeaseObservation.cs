namespace RsolvDeploy.Runs;

/// <summary>
/// How long this process has seen a Lease unchanged. Only that decides whether its holder is alive: the clocks of other machines, and a
/// change of this one's, do not count.
/// </summary>
internal sealed class LeaseObservation(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private string? _version;
    private long _changed;

    /// <summary>How often it changed while this process looked.</summary>
    public int Changes { get; private set; } = -1;

    /// <summary>How long this process has looked.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>How long it is unchanged, as far as this process has seen.</summary>
    public TimeSpan Unchanged => _version is null ? TimeSpan.Zero : time.GetElapsedTime(_changed);

    /// <summary>Looks at the Lease as it is now.</summary>
    public void Observe(LeaseState lease)
    {
        if (lease.Version == _version) return;
        (_version, _changed) = (lease.Version, time.GetTimestamp());
        Changes++;
    }

    /// <summary>How long until it counts as expired, unless it changes.</summary>
    public TimeSpan UntilExpiry(LeaseState lease) => lease.Expiry - Unchanged;
}
