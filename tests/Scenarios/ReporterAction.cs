using RsolvDeploy.Reporting;

namespace RsolvDeploy.Scenarios;

/// <summary>Acts once, in the middle of the work, at a given progress update.</summary>
internal sealed class ReporterAction(int updates, Action act) : IReporter
{
    private int _updates;

    /// <summary>The number of progress updates so far.</summary>
    public int Updates => Volatile.Read(ref _updates);

    public void Progress(ProgressUpdate update)
    {
        if (Interlocked.Increment(ref _updates) == updates) act();
    }

    public void Verbose(string message) { }

    public void Warning(string message) { }

    public void Information(string message) { }
}
