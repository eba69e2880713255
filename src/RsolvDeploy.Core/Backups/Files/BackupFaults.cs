using System.Security;

using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Files;

/// <summary>Turns the file system's refusals into faults an operator can act on.</summary>
internal static class BackupFaults
{
    // Raw error numbers of Linux and macOS, and what Windows says.
    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int ReadOnlyUnix = 30;
    private const int NameTooLongLinux = 36;
    private const int NameTooLongMac = 63;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>The fault of a write somewhere below <paramref name="path"/>.</summary>
    public static DeployException ForWrite(string path, Exception e) => e switch
    {
        IOException { HResult: NoSpaceUnix or QuotaLinux or QuotaMac or DiskFullWindows or HandleDiskFullWindows } =>
            new DeployException("DiskFull", FaultCategory.QuotaExceeded, $"No space is left to write the backup at {path}; nothing was kept.",
                "Free space there, or name another folder.", e)
            { Subject = path },
        PathTooLongException or IOException { HResult: NameTooLongLinux or NameTooLongMac } =>
            new DeployException("BackupPathTooLong", FaultCategory.InvalidArgument, $"The path of the backup is too long: {path}.",
                "Name a folder with a shorter path.", e)
            { Subject = path },
        UnauthorizedAccessException or SecurityException or IOException { HResult: ReadOnlyUnix } =>
            new DeployException("BackupNotWritable", FaultCategory.PermissionDenied, $"The backup cannot be written at {path}: {e.Message}",
                "Make the folder writable for you, or name another one.", e)
            { Subject = path },
        _ => new DeployException("BackupWriteFailed", FaultCategory.WriteError, $"The backup could not be written at {path}: {e.Message}",
            "Look at the disk, then back up again; what was begun is not offered as a backup.", e)
        { Subject = path },
    };

    /// <summary>The fault of reading <paramref name="path"/>.</summary>
    public static DeployException ForRead(string path, Exception e) =>
        new("BackupUnreadable", FaultCategory.ReadError, $"The backup cannot be read at {path}: {e.Message}",
            "Check that you may read the folder and its files.", e)
        { Subject = path };
}
