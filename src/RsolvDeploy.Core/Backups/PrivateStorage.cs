namespace RsolvDeploy.Backups;

/// <summary>Folders and files that only their owner can read, from the moment they exist.</summary>
internal static class PrivateStorage
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder and the missing ones above it; those that exist are left as they are.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path); // inherits the profile's access list
        else
            Directory.CreateDirectory(path, FolderMode);
    }

    /// <summary>Writes a file that must not exist yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="flush">Whether it is brought down to the disk at once; otherwise <see cref="DiskFlush"/> does so for many.</param>
    public static void WriteNew(string path, ReadOnlySpan<byte> content, bool flush = true)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            PreallocationSize = content.Length, // a full disk is noticed before anything is written
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode600;
        using var file = new FileStream(path, options);
        file.Write(content);
        if (flush) file.Flush(flushToDisk: true);
    }
}
