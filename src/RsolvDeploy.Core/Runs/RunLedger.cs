using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;
using RsolvDeploy.Reporting;
using RsolvDeploy.Signing;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Runs;

/// <summary>
/// The ledger of an active run. Each line is on disk before the change that it announces is made; lines that are written at the same time
/// are flushed together. One process at a time writes it. Thread safe.
/// </summary>
internal sealed class RunLedger : IDisposable
{
    private readonly FileStream _lock;
    private readonly FileStream _file;
    private readonly object _writing = new();
    private readonly object _flushing = new();
    private readonly TimeProvider _clock;
    private readonly RecordSigner _signer;
    private int _sequence;
    private int _flushed;
    private volatile bool _tolerant;
    private string _head;

    private RunLedger(RunFolder folder, TimeProvider clock, TrustedSigners trusted)
    {
        (Folder, _clock) = (folder, clock);
        _signer = trusted.Own.Load(clock.GetUtcNow());
        folder.Create();
        _file = new FileStream(folder.Ledger, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _lock = folder.Acquire();
        var text = folder.Read();
        try
        {
            LedgerProof.Verify(text, trusted).Require(folder);
        }
        catch
        {
            Dispose();
            throw;
        }

        var (lines, torn, _) = text;
        (_sequence, _flushed, _head) = (lines.Count, lines.Count, lines.Count > 0 ? lines[^1].Hash : LedgerLine.HashOf(folder.Id));
        _file.SetLength(_file.Length - torn);
        _file.Seek(0, SeekOrigin.End);
        if (torn > 0) Append(LedgerEvent.Torn, new TornLine(torn));
    }

    /// <summary>Where the ledger is.</summary>
    public RunFolder Folder { get; }

    /// <summary>The operator: <c>user@machine</c>.</summary>
    public static string Actor { get; } = $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>Where a line that could not be written is reported.</summary>
    public IReporter Reporter { get; set; } = SilentReporter.Instance;

    /// <summary>Removes secret values from what is recorded.</summary>
    public Redactor Redactor { get; set; } = new();

    /// <summary>Opens the ledger in a folder; creates it when there is none.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <param name="trusted">Whose lines it may continue, and who signs the new ones; null for the user.</param>
    /// <exception cref="DeployException"><c>RunBusy</c>, <c>LedgerChanged</c>, <c>LedgerUnproven</c>, <c>LedgerNotWritable</c>.</exception>
    public static RunLedger Open(RunFolder folder, TimeProvider? clock = null, TrustedSigners? trusted = null)
    {
        try
        {
            return new RunLedger(folder, clock ?? TimeProvider.System, trusted ?? TrustedSigners.ForUser());
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw NotWritable(folder, e);
        }
    }

    /// <summary>The number and the hash of the last line, <c>12:ab34…</c>.</summary>
    public string Head
    {
        get
        {
            lock (_writing) return $"{_sequence}:{_head}";
        }
    }

    /// <summary>Whether nothing has been written yet.</summary>
    public bool IsNew => _sequence == 0;

    /// <summary>
    /// Whether a line that cannot be written is a warning instead of an error. A step sets it after its first write, so that the ledger
    /// does not stop what has to follow, such as a rollback.
    /// </summary>
    public bool IsTolerant { get => _tolerant; set => _tolerant = value; }

    /// <summary>Writes a line and flushes it to the disk.</summary>
    /// <returns>The sequence number of the line; 0 when it could not be written and the ledger is tolerant.</returns>
    /// <exception cref="DeployException"><c>LedgerNotWritable</c>: the line may be lost, so the change that it announces
    /// must not be made.</exception>
    public int Append<T>(string name, T data, JsonSerializerContext? json = null)
    {
        try
        {
            return AppendStrictly(name, data, json);
        }
        catch (DeployException e) when (_tolerant)
        {
            Reporter.Warning($"{e.Message} The step continues, because it has already made a change.");
            return 0;
        }
    }

    /// <summary>Writes a line that announces no change; one that cannot be written is reported as a warning.</summary>
    public void TryAppend<T>(string name, T data, JsonSerializerContext? json = null)
    {
        try
        {
            AppendStrictly(name, data, json);
        }
        catch (DeployException e)
        {
            Reporter.Warning($"The ledger entry '{name}' was not recorded: {e.Message}");
        }
    }

    private int AppendStrictly<T>(string name, T data, JsonSerializerContext? json)
    {
        try
        {
            var content = data is ILedgerEntry entry ? entry.ToJson() : GeneratedJson.ToNode(data, json ?? LedgerJson.Default);
            var sequence = Write(name, (JsonObject)content!);
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
        Redactor.Apply(data);
        lock (_writing)
        {
            var line = new LedgerLine(_sequence + 1, _clock.GetUtcNow(), Actor, name, data, _head).Sign(_signer);
            var end = _file.Position;
            try
            {
                _file.Write(Encoding.UTF8.GetBytes(line.Text + "\n"));
            }
            catch (IOException)
            {
                // An incomplete line would corrupt the next one.
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
            if (_flushed >= sequence) return; // flushed together with another line
            var all = Volatile.Read(ref _sequence);
            _file.Flush(flushToDisk: true);
            _flushed = all;
        }
    }

    /// <summary>Makes a change, and records its intent before and its outcome after.</summary>
    /// <param name="what">The change, for people: <c>patch deployments production/rsolv-platform</c>.</param>
    /// <param name="change">Makes it.</param>
    /// <param name="facts">Selects what is recorded of the result; null for nothing.</param>
    public async Task<T> DoAsync<T>(string what, Func<Task<T>> change, Func<T, ChangeFacts>? facts = null)
    {
        var intent = Append(LedgerEvent.Intent, new ChangeIntent(what));
        T made;
        try
        {
            made = await change();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A cancelled change is uncertain: its intent stays open.
            AppendOutcome(new ChangeOutcome(intent) { Error = (e as DeployException)?.Id ?? e.GetType().Name });
            throw;
        }

        AppendOutcome(new ChangeOutcome(intent) { Is = facts?.Invoke(made) ?? new ChangeFacts() });
        return made;
    }

    /// <summary>Guards the writes of a client: each one is recorded, and each attempt of it proves the lock, if there is one.</summary>
    public WriteGuard GuardWrites(DeploymentLock? held) => new(
        (what, write) => DoAsync(what, write, Stored), held is null ? static _ => Task.CompletedTask : held.ProveAsync);

    // The change was made, or its error matters more. The next intent shows whether the ledger can still be written.
    private void AppendOutcome(ChangeOutcome outcome) => TryAppend(LedgerEvent.Outcome, outcome);

    private static ChangeFacts Stored(JsonObject response) => new()
    {
        Version = response.At("metadata", "resourceVersion").Text(),
        Generation = response.At("metadata", "generation").Number(),
    };

    /// <summary>Closes the ledger.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
        _signer.Dispose();
    }

    private static DeployException NotWritable(RunFolder folder, Exception e) =>
        new("LedgerNotWritable", FaultCategory.WriteError,
            $"The ledger of run {folder.Id} cannot be written at {folder.Ledger}: {e.Message} No change is made "
                + "without a record in the ledger.",
            "Free disk space, or make the folder writable; then run the command again, or continue with Resume-RsolvDeployment.", e)
        { Subject = folder.Ledger };
}
