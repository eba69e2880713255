using Microsoft.Win32.SafeHandles;

namespace RsolvDeploy.Storage;

/// <summary>A folder that many files are written to.</summary>
/// <param name="path">Its path.</param>
internal sealed class PrivateFolder(string path) : IDisposable
{
    private readonly SafeFileHandle? _open = LinuxFile.TryOpenFolder(path);

    /// <summary>Writes a file that must not exist yet, which only its owner can read, and reads it again.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content.</param>
    /// <param name="read">Filled with what lies there; at least as long as the content.</param>
    /// <returns>How much of it lies there.</returns>
    public int WriteAndRead(string name, ReadOnlySpan<byte> content, Span<byte> read)
    {
        using var created = _open is null ? null : LinuxFile.TryCreateNew(_open, name);
        using var other = created is null ? PrivateStorage.Create(Path.Combine(path, name), FileAccess.ReadWrite) : null;
        var file = created ?? other!.SafeFileHandle;
        RandomAccess.Write(file, content, 0);
        var length = 0;
        while (length < content.Length && RandomAccess.Read(file, read[length..content.Length], length) is > 0 and var more) length += more;
        return length;
    }

    /// <summary>Closes the folder.</summary>
    public void Dispose() => _open?.Dispose();
}
