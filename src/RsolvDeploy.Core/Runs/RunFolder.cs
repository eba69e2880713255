using RsolvDeploy.Errors;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Runs;

/// <summary>Where a run is recorded: a folder of its own in the user's data directory, readable by its owner only.</summary>
/// <param name="Id">The run.</param>
/// <param name="Root">The folder of all runs.</param>
internal sealed record RunFolder(string Id, string Root)
{
    public RunFolder(string id) : this(id, RootOfUser)
    {
    }

    /// <summary>Where the user's runs are.</summary>
    public static string RootOfUser => UserDataDirectory.For("runs");

    public string Path => System.IO.Path.Combine(Root, Id);

    public string Ledger => System.IO.Path.Combine(Path, "ledger.jsonl");

    public bool IsRecorded => File.Exists(Ledger);

    private string LockFile => System.IO.Path.Combine(Path, "ledger" + FileLock.Extension);

    /// <summary>The recorded runs, newest first.</summary>
    public static IEnumerable<RunFolder> All() => Directory.Exists(RootOfUser)
        ? Directory.EnumerateDirectories(RootOfUser).Select(path => new RunFolder(System.IO.Path.GetFileName(path))).Where(run => run.IsRecorded).OrderByDescending(run => run.Id, StringComparer.Ordinal)
        : [];

    public LedgerText Read()
    {
        using var file = new FileStream(Ledger, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return LedgerText.Read(content, Id);
    }

    public void Create()
    {
        if (IsRecorded) return;
        PrivateStorage.CreateFolder(Path);
        PrivateStorage.WriteNew(Ledger, []);
        DiskFlush.Run(Path);
    }

    /// <summary>Holds the run for this process; the system lets go of it when the process ends, however it ends.</summary>
    /// <exception cref="DeployException"><c>RunBusy</c>: another process is in the middle of it.</exception>
    public FileStream Acquire()
    {
        // Who only looks at the run (IsHeld) has it for an instant too, and must not stop the one who works.
        for (var attempt = 0; attempt < 20; attempt++)
        {
            if (FileLock.TryAcquire(LockFile) is { } held) return held;
            Thread.Sleep(50);
        }

        throw new DeployException("RunBusy", FaultCategory.ResourceBusy, $"Another process is in the middle of run {Id}.", "Wait until it has ended (Get-RsolvRun shows its state), or end it.") { Subject = Id };
    }

    /// <summary>Whether a process is in the middle of it.</summary>
    public bool IsHeld() => FileLock.IsHeld(LockFile);
}
