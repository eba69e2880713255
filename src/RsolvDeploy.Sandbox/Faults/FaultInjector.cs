namespace RsolvDeploy.Sandbox.Faults;

/// <summary>The faults that are ordered and not yet used up. Thread safe.</summary>
internal sealed class FaultInjector
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Fault, int> _ordered = [];

    /// <summary>Orders a fault that many times; -1 until it is cleared.</summary>
    public void Order(Fault fault, int times = 1)
    {
        lock (_gate)
            _ordered[fault] = times;
    }

    public void Clear()
    {
        lock (_gate)
            _ordered.Clear();
    }

    /// <summary>Uses one up; false when there is none.</summary>
    public bool Take(Fault fault)
    {
        lock (_gate)
        {
            int left = _ordered.GetValueOrDefault(fault);
            if (left > 0)
                _ordered[fault] = left - 1;
            return left != 0;
        }
    }

    public bool IsOrdered(Fault fault)
    {
        lock (_gate)
            return _ordered.GetValueOrDefault(fault) != 0;
    }
}
