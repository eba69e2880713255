namespace RsolvDeploy.Storage;

/// <summary>A file that one process holds at a time. The system lets go of it when the process ends, however it ends.</summary>
internal static class FileLock
{
    /// <summary>How the names of such files end.</summary>
    public const string Extension = ".lock";

    // The error codes for a file that is held: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION; EAGAIN of Linux and of macOS.
    private static readonly int[] SharedWithNobody = [unchecked((int)0x80070020), unchecked((int)0x80070021), 11, 35];

    /// <summary>Holds the file, which is made when it is not there; null when another process holds it. Disposing lets go of it.</summary>
    public static FileStream? TryAcquire(string path) => TryOpen(path, FileMode.OpenOrCreate);

    /// <summary>
    /// Whether a process holds it; nobody holds a file that does not exist; a file that may not be opened counts as free.
    /// </summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var held = TryOpen(path, FileMode.Open);
            return held is null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileStream? TryOpen(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (mode == FileMode.OpenOrCreate && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException e) when (SharedWithNobody.Contains(e.HResult))
        {
            return null;
        }
    }
}
