using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Runs;

/// <summary>
/// The record of a run that is being written: each line is on the disk before what it announces is done; lines that are written at once go down
/// together. One process at a time writes it; the commands of a pipeline share it. Thread safe.
/// </summary>
internal sealed class RunLedger : IDisposable
{
    private static readonly Dictionary<string, RunLedger> Open = [];
    private readonly FileStream _held;
    private readonly FileStream _file;
    private readonly object _writing = new();
    private readonly object _flushing = new();
    private int _users = 1;
    private int _sequence;
    private int _flushed;
    private string _head;

    private RunLedger(RunFolder folder)
    {
        Folder = folder;
        folder.Create();
        _file = new FileStream(folder.Ledger, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _held = folder.Acquire();
        var (lines, torn, problem) = folder.Read();
        if (problem is not null)
        {
            _file.Dispose();
            _held.Dispose();
            throw new DeployException("LedgerChanged", FaultCategory.InvalidData, $"The ledger of run {folder.Id} is not as it was written: {problem}. Nothing is added to it.",
                "Begin a new run; keep the folder for whoever looks into it.")
            { Subject = folder.Ledger };
        }

        (_sequence, _flushed, _head) = (lines.Count, lines.Count, lines.Count > 0 ? lines[^1].Hash : LedgerLine.HashOf(folder.Id));
        _file.SetLength(_file.Length - torn);
        _file.Seek(0, SeekOrigin.End);
        if (torn > 0) Append(LedgerEvent.Torn, new JsonObject { ["bytes"] = torn });
    }

    public RunFolder Folder { get; }

    /// <summary>Who writes: the user and the machine.</summary>
    public static string Actor => $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>Opens the ledger of a run, and makes it when there is none.</summary>
    /// <exception cref="DeployException"><c>RunBusy</c>, <c>LedgerChanged</c>, <c>LedgerNotWritable</c>.</exception>
    public static RunLedger For(string runId) => For(new RunFolder(runId));

    /// <summary>Opens the ledger in a folder, and makes it when there is none.</summary>
    /// <exception cref="DeployException">The same.</exception>
    public static RunLedger For(RunFolder folder)
    {
        lock (Open)
        {
            if (Open.TryGetValue(folder.Path, out var open))
            {
                open._users++;
                return open;
            }

            try
            {
                return Open[folder.Path] = new RunLedger(folder);
            }
            catch (Exception e) when (StorageFaults.IsOne(e))
            {
                throw NotWritable(folder, e);
            }
        }
    }

    /// <summary>The ledger of a run that this process has open; null when it has not.</summary>
    public static RunLedger? FindOpen(string runId)
    {
        lock (Open) return Open.GetValueOrDefault(new RunFolder(runId).Path);
    }

    /// <summary>Whether an interrupted run is being taken up.</summary>
    public bool IsResumed { get; set; }

    /// <summary>The step that a resumed run is in doubt about, until the command that takes it up begins it anew.</summary>
    public ResumedStep? UncertainStep { get; set; }

    /// <summary>Where the ledger stands: the number and the hash of its last line, <c>12:ab34…</c>.</summary>
    public string Head
    {
        get
        {
            lock (_writing) return $"{_sequence}:{_head}";
        }
    }

    /// <summary>Whether nothing has been written yet.</summary>
    public bool IsNew => _sequence == 0;

    /// <summary>Writes a line and brings it to the disk. The number it got is returned.</summary>
    /// <exception cref="DeployException"><c>LedgerNotWritable</c>: it is not sure to last, so what it announces must not be done.</exception>
    public int Append(string name, JsonObject data)
    {
        try
        {
            var sequence = Write(name, data);
            Flush(sequence);
            return sequence;
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw NotWritable(Folder, e);
        }
    }

    private int Write(string name, JsonObject data)
    {
        lock (_writing)
        {
            var line = new LedgerLine(_sequence + 1, DateTimeOffset.UtcNow, Actor, name, data, _head);
            var end = _file.Position;
            try
            {
                _file.Write(Encoding.UTF8.GetBytes(line.Text + "\n"));
            }
            catch (IOException)
            {
                // Half a line would spoil the next one.
                _file.SetLength(end);
                _file.Seek(end, SeekOrigin.Begin);
                throw;
            }

            (_sequence, _head) = (line.Sequence, line.Hash);
            return line.Sequence;
        }
    }

    private void Flush(int sequence)
    {
        lock (_flushing)
        {
            if (_flushed >= sequence) return; // went down with another's
            var all = Volatile.Read(ref _sequence);
            _file.Flush(flushToDisk: true);
            _flushed = all;
        }
    }

    /// <summary>Makes a change between its intent and its outcome.</summary>
    /// <param name="what">The change, as it is to be read: <c>patch deployments production/rsolv-platform</c>.</param>
    /// <param name="change">Makes it.</param>
    /// <param name="outcome">What is to be recorded of its result; null for nothing more than that it was made.</param>
    public async Task<T> DoAsync<T>(string what, Func<Task<T>> change, Func<T, JsonObject>? outcome = null)
    {
        var intent = Append(LedgerEvent.Intent, new JsonObject { ["what"] = what });
        T made;
        try
        {
            made = await change();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whoever stopped it does not know what became of it: that intent stays open.
            Append(LedgerEvent.Outcome, new JsonObject { ["of"] = intent, ["error"] = (e as DeployException)?.Id ?? e.GetType().Name });
            throw;
        }

        Append(LedgerEvent.Outcome, new JsonObject { ["of"] = intent, ["is"] = outcome?.Invoke(made) ?? [] });
        return made;
    }

    /// <summary>Stands around the writes of a client: each proves the lock, if there is one, and is recorded.</summary>
    public WriteGuard GuardWrites(DeploymentLock? held) => (what, write, ct) => held is null
        ? DoAsync(what, write, Stored)
        : held.GuardWriteAsync(what, () => DoAsync(what, write, Stored), ct);

    private static JsonObject Stored(JsonObject answer) => new()
    {
        ["version"] = answer.At("metadata", "resourceVersion").Text(),
        ["generation"] = answer.At("metadata", "generation").Number(),
    };

    /// <summary>Lets go of it; the last of the commands that share it closes it.</summary>
    public void Dispose()
    {
        lock (Open)
        {
            if (--_users > 0) return;
            Open.Remove(Folder.Path);
            _file.Dispose();
            _held.Dispose();
        }
    }

    private static DeployException NotWritable(RunFolder folder, Exception e) =>
        new("LedgerNotWritable", FaultCategory.WriteError, $"The ledger of run {folder.Id} cannot be written at {folder.Ledger}: {e.Message} Nothing is changed that does not stand there.",
            "Free space there, or make the folder writable for you; then run again, or take up with Resume-RsolvDeployment what was begun.", e)
        { Subject = folder.Ledger };
}
