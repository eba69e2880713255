namespace RsolvDeploy.Runs;

/// <summary>The ledgers that a front end has open. Pipelines that work on the same run share its ledger. Thread safe.</summary>
internal sealed class OpenLedgers
{
    private readonly Dictionary<string, Entry> _open = [];

    /// <summary>Opens the ledger of a run, or shares the open one.</summary>
    /// <exception cref="Errors.DeployException"><c>RunBusy</c>, <c>LedgerChanged</c>, <c>LedgerNotWritable</c>.</exception>
    public RunLedger Acquire(string runId)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(runId, out var entry)) _open[runId] = entry = new Entry(RunLedger.Open(new RunFolder(runId)));
            entry.Users++;
            return entry.Ledger;
        }
    }

    /// <summary>Releases a ledger; the last user closes it.</summary>
    public void Release(RunLedger ledger)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(ledger.Folder.Id, out var entry) || entry.Ledger != ledger || --entry.Users > 0) return;
            _open.Remove(ledger.Folder.Id);
            ledger.Dispose();
        }
    }

    private sealed class Entry(RunLedger ledger)
    {
        public RunLedger Ledger { get; } = ledger;

        public int Users { get; set; }
    }
}
