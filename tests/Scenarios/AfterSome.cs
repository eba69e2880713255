using RsolvDeploy.Reporting;

namespace RsolvDeploy.Scenarios;

/// <summary>Acts once, in the middle of the work, when it has told of so many steps.</summary>
internal sealed class AfterSome(int steps, Action act) : IReporter
{
    private int _seen;

    /// <summary>How many steps it was told of.</summary>
    public int Seen => Volatile.Read(ref _seen);

    public void Progress(ProgressUpdate update)
    {
        if (Interlocked.Increment(ref _seen) == steps) act();
    }

    public void Verbose(string message) { }

    public void Warning(string message) { }

    public void Information(string message) { }
}
