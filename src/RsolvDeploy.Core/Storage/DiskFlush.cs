using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RsolvDeploy.Storage;

/// <summary>Brings many files down to the disk at once.</summary>
/// <remarks>
/// Flushing each file costs a commit of the file system each: for 10,000 small files several seconds. Linux flushes a whole file system
/// with one call, syncfs(2), which also reports what could not be written; elsewhere each file is flushed, several at once.
/// </remarks>
internal static class DiskFlush
{
    private const int AtOnce = 16;

    /// <summary>
    /// Returns when every file below the folder is on the disk, and its name; lock files (<see cref="FileLock"/>) have no content.
    /// </summary>
    /// <exception cref="IOException">Something could not be written.</exception>
    public static void Run(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith(FileLock.Extension, StringComparison.Ordinal));
            Parallel.ForEach(files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, Flush);
            foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Append(folder)) Folder(inner);
            return;
        }

        using var handle = Open(folder, 0);
        if (handle.IsInvalid || SyncFileSystem(handle) != 0)
        {
            throw new IOException(
                $"The files in {folder} could not be brought to the disk: {Marshal.GetLastPInvokeErrorMessage()}",
                Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>
    /// Returns when the names in a folder are on the disk: that a file was made in it, or moved to it. Windows does so by itself.
    /// </summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public static void Folder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = Open(folder, 0);
        if (handle.IsInvalid || Synchronize(handle) != 0)
        {
            throw new IOException(
                $"The names in {folder} could not be brought to the disk: {Marshal.GetLastPInvokeErrorMessage()}",
                Marshal.GetLastPInvokeError());
        }
    }

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFileSystem(SafeFileHandle file);
}
