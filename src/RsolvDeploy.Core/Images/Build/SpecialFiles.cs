using System.Formats.Tar;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// Files without content: empty ones, named pipes, devices and sockets. Only the .NET archive writer can distinguish them.
/// </summary>
internal sealed class SpecialFiles : IDisposable
{
    private readonly MemoryStream _archive = new();

    // Reused, because it caches the names of owners, which are slow to find.
    private readonly TarWriter _writer;

    public SpecialFiles() => _writer = new TarWriter(_archive, TarEntryFormat.Gnu, leaveOpen: true);

    /// <summary>The header of such a file, without the owner; null for a socket, which the docker program excludes too.</summary>
    public GnuTarEntry? Header(FileSystemInfo file, string path)
    {
        if (OperatingSystem.IsWindows()) return new GnuTarEntry(TarEntryType.RegularFile, path);
        _archive.SetLength(0);
        try
        {
            _writer.WriteEntry(file.FullName, path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw BuildContext.Unreadable(file.FullName, e);
        }
        catch (IOException) when (file.Exists)
        {
            return null; // TarWriter refuses sockets alone
        }

        _archive.Position = 0;
        using var reader = new TarReader(_archive, leaveOpen: true);
        var header = (GnuTarEntry)reader.GetNextEntry()!;
        (header.Uid, header.Gid, header.UserName, header.GroupName) = (0, 0, "", "");
        return header;
    }

    public void Dispose()
    {
        _writer.Dispose();
        _archive.Dispose();
    }
}
