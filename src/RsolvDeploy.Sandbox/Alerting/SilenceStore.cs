namespace RsolvDeploy.Sandbox.Alerting;

/// <summary>The silences of the sandbox, newest last. Thread safe.</summary>
internal sealed class SilenceStore
{
    private readonly Lock _gate = new();
    private readonly List<Silence> _all = [];

    public IReadOnlyList<Silence> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    /// <summary>Adds a silence, or replaces the one with its id.</summary>
    public void Set(Silence silence)
    {
        lock (_gate)
        {
            _all.RemoveAll(known => known.Id == silence.Id);
            _all.Add(silence);
        }
    }

    /// <summary>Expires a silence, as a deletion does.</summary>
    /// <returns>Whether it is known.</returns>
    public bool Expire(string id, DateTimeOffset now)
    {
        lock (_gate)
        {
            int at = _all.FindIndex(known => known.Id == id);
            if (at >= 0) _all[at] = _all[at] with { EndsAt = now, UpdatedAt = now };
            return at >= 0;
        }
    }
}
