namespace RsolvDeploy.Storage;

/// <summary>Folders and files that only their owner can read, as soon as they exist.</summary>
internal static class PrivateStorage
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder and the missing ones above it, or none of them; those that exist are left as they are.</summary>
    public static void CreateFolder(string path)
    {
        var missing = new Stack<string>();
        for (var folder = path; folder is { Length: > 0 } && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
            missing.Push(folder);
        var made = new Stack<string>();
        try
        {
            // One by one: made all at once, those above would get the usual mode.
            foreach (var folder in missing)
            {
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder); // inherits the profile's access list
                else Directory.CreateDirectory(folder, FolderMode);
                made.Push(folder);
            }
        }
        catch
        {
            foreach (var folder in made) Directory.Delete(folder);
            throw;
        }
    }

    /// <summary>Writes a file that must not exist yet, down to the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    public static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        using var file = Create(path, FileAccess.Write);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Writes a file that must not exist yet; <see cref="DiskFlush"/> brings many of them down to the disk at once.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = Create(path, FileAccess.Write);
        file.Write(content);
    }

    /// <summary>Makes a file that must not exist yet; what is written to it is not held back.</summary>
    public static FileStream Create(string path, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = access, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode600;
        return new FileStream(path, options);
    }
}
