using RsolvDeploy.Redaction;
using RsolvDeploy.Signing;

namespace RsolvDeploy.Runs;

/// <summary>The ledgers that a front end has open. Pipelines that work on the same run share its ledger. Thread safe.</summary>
/// <param name="redactor">Removes secret values from what is recorded; by default one of its own.</param>
internal sealed class OpenLedgers(Redactor? redactor = null)
{
    /// <summary>Removes secret values from what is recorded.</summary>
    public Redactor Redactor { get; } = redactor ?? new Redactor();

    private readonly Dictionary<string, Entry> _open = [];

    /// <summary>Opens the ledger of a run, or shares the open one.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="signers">The certificates of trusted signers, beside the user's own.</param>
    /// <exception cref="Errors.DeployException">
    /// <c>RunBusy</c>, <c>LedgerChanged</c>, <c>LedgerUnproven</c>, <c>LedgerNotWritable</c>.
    /// </exception>
    public RunLedger Acquire(string runId, IReadOnlyList<string> signers)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(runId, out var entry)) _open[runId] = entry = new Entry(Open(runId, signers));
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

    private RunLedger Open(string runId, IReadOnlyList<string> signers)
    {
        var ledger = RunLedger.Open(new RunFolder(runId), trusted: TrustedSigners.ForUser(signers));
        ledger.Redactor = Redactor;
        return ledger;
    }

    private sealed class Entry(RunLedger ledger)
    {
        public RunLedger Ledger { get; } = ledger;

        public int Users { get; set; }
    }
}
