namespace RsolvDeploy.Sandbox.Faults;

/// <summary>The active faults. Thread safe.</summary>
internal sealed class FaultInjector
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Fault, int> _active = [];

    /// <summary>Injects a fault a number of times; -1 until it is cleared.</summary>
    public void Inject(Fault fault, int times = 1)
    {
        lock (_gate)
            _active[fault] = times;
    }

    public void Clear()
    {
        lock (_gate)
            _active.Clear();
    }

    /// <summary>Uses up one occurrence; false when the fault is not active.</summary>
    public bool Take(Fault fault)
    {
        lock (_gate)
        {
            int left = _active.GetValueOrDefault(fault);
            if (left > 0)
                _active[fault] = left - 1;
            return left != 0;
        }
    }

    public bool IsActive(Fault fault)
    {
        lock (_gate)
            return _active.GetValueOrDefault(fault) != 0;
    }
}
