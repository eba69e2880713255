using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Runs;

/// <summary>The folder of a run in the data directory of the user, readable by its owner only.</summary>
/// <param name="Id">The run.</param>
/// <param name="Root">The folder of all runs.</param>
internal sealed record RunFolder(string Id, string Root)
{
    // A line has a few hundred bytes, and a long run some thousand lines.
    private const long LargestLedger = 64 << 20;

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(1);

    public RunFolder(string id) : this(id, RootOfUser)
    {
    }

    /// <summary>The folder of all runs of the user.</summary>
    public static string RootOfUser => UserDataDirectory.For("runs");

    public string Path => System.IO.Path.Combine(Root, Id);

    public string Ledger => System.IO.Path.Combine(Path, "ledger.jsonl");

    public bool IsRecorded => File.Exists(Ledger);

    private string LockFile => System.IO.Path.Combine(Path, "ledger" + FileLock.Extension);

    /// <summary>The recorded runs, newest first.</summary>
    public static IEnumerable<RunFolder> All() => All(RootOfUser);

    /// <summary>The recorded runs in a folder, newest first.</summary>
    public static IEnumerable<RunFolder> All(string root) => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root)
            .Select(path => new RunFolder(System.IO.Path.GetFileName(path), root))
            .Where(run => run.IsRecorded)
            .OrderByDescending(run => run.Id, StringComparer.Ordinal)
        : [];

    public LedgerText Read()
    {
        var content = RegularFile.ReadAll(Ledger, LargestLedger, out var problem);
        return problem.Length > 0 ? new LedgerText([], 0, $"the file {problem}") : LedgerText.Read(content, Id);
    }

    public void Create()
    {
        if (IsRecorded) return;
        PrivateStorage.CreateFolder(Path);
        PrivateStorage.WriteNew(Ledger, []);
        DiskFlush.Run(Path);
    }

    /// <summary>Acquires the run for this process; the operating system releases it when the process ends.</summary>
    /// <exception cref="DeployException"><c>RunBusy</c>: another process works on it.</exception>
    public FileStream Acquire()
    {
        // IsHeld opens the file briefly too, which must not block the process that works on the run.
        FileStream? held = null;
        if (SpinWait.SpinUntil(() => (held = FileLock.TryAcquire(LockFile)) is not null, LongestProbe)) return held!;
        throw new DeployException("RunBusy", FaultCategory.ResourceBusy, $"Another process works on run {Id}.",
            "Wait until that process ends (Get-RsolvRun shows the state of the run), or stop it.")
        { Subject = Id };
    }

    /// <summary>Whether a process works on it.</summary>
    public bool IsHeld() => FileLock.IsHeld(LockFile);
}
