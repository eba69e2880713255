using System.Security;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Backups.Files;

/// <summary>Turns errors of the file system into errors that an operator can act on.</summary>
internal static class BackupFaults
{
    // Raw error numbers of Linux and macOS, and the codes of Windows.
    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int ReadOnlyUnix = 30;
    private const int NameTooLongLinux = 36;
    private const int NameTooLongMac = 63;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);

    /// <summary>The error of a write somewhere below <paramref name="path"/>.</summary>
    public static DeployException ForWrite(string path, Exception e) => e switch
    {
        IOException { HResult: NoSpaceUnix or QuotaLinux or QuotaMac or DiskFullWindows or HandleDiskFullWindows } =>
            new DeployException("DiskFull", FaultCategory.QuotaExceeded,
                $"The disk is full: the backup at {path} could not be written and was removed.",
                "Free space there, or name another folder.", e)
            { Subject = path },
        PathTooLongException or IOException { HResult: NameTooLongLinux or NameTooLongMac } =>
            new DeployException("BackupPathTooLong", FaultCategory.InvalidArgument, $"The path of the backup is too long: {path}.",
                "Name a folder with a shorter path.", e)
            { Subject = path },
        UnauthorizedAccessException or SecurityException or IOException { HResult: ReadOnlyUnix } =>
            new DeployException("BackupNotWritable", FaultCategory.PermissionDenied, $"The backup cannot be written at {path}: {e.Message}",
                "Make the folder writable for this user, or name another one.", e)
            { Subject = path },
        _ => new DeployException("BackupWriteFailed", FaultCategory.WriteError, $"The backup could not be written at {path}: {e.Message}",
            "Check the disk, then back up again. The incomplete backup is never restored.", e)
        { Subject = path },
    };

    /// <summary>The error of reading <paramref name="path"/>.</summary>
    public static DeployException ForRead(string path, Exception e) =>
        new("BackupUnreadable", FaultCategory.ReadError, $"The backup cannot be read at {path}: {e.Message}",
            "Check that this user may read the folder and its files.", e)
        { Subject = path };
}
