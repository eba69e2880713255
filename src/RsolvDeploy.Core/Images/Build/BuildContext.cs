using System.Formats.Tar;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Build;

/// <summary>The folder that is sent to the engine, as a tar, written as it is read: no file is held in memory.</summary>
internal sealed class BuildContext
{
    private const UnixFileMode DefaultMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _folder;
    private readonly IgnoreRules _rules;
    private readonly HashSet<string> _always;

    public BuildContext(string folder, string dockerfile)
    {
        _folder = folder;
        _rules = IgnoreRules.Load(folder, dockerfile);
        // The engine reads these itself, so they are sent whatever the rules say.
        _always = new HashSet<string>([dockerfile, $"{dockerfile}.dockerignore", ".dockerignore"], StringComparer.Ordinal);
    }

    /// <summary>The paths that are sent, relative, folders before what lies in them.</summary>
    public IEnumerable<FileSystemInfo> Entries() => Walk(_folder, null);

    public string RelativePath(FileSystemInfo entry) => Path.GetRelativePath(_folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');

    public async Task WriteAsync(Stream output, CancellationToken ct)
    {
        // GNU and not pax: engines take the first entry's header for the kind of the whole archive.
        await using var writer = new TarWriter(output, TarEntryFormat.Gnu, leaveOpen: true);
        using var special = new SpecialFiles();
        foreach (FileSystemInfo entry in Entries())
        {
            ct.ThrowIfCancellationRequested();
            await WriteEntryAsync(writer, special, entry, RelativePath(entry), ct);
        }
    }

    private IEnumerable<FileSystemInfo> Walk(string folder, IgnoreVerdict? above)
    {
        foreach (string name in Names(folder))
        {
            FileSystemInfo entry = Directory.Exists(name) ? new DirectoryInfo(name) : new FileInfo(name);
            string path = RelativePath(entry);
            IgnoreVerdict verdict = _rules.Judge(path, above);
            bool leftOut = verdict.Ignored && !_always.Contains(path);
            if (!leftOut) yield return entry;
            if (entry is not DirectoryInfo || entry.LinkTarget is not null) continue;
            if (leftOut && !_rules.MayIncludeBelow(path) && !_always.Any(p => p.StartsWith(path + "/", StringComparison.Ordinal))) continue;
            foreach (FileSystemInfo below in Walk(name, verdict)) yield return below;
        }
    }

    // Of a folder the names alone are held, however many it has.
    private static string[] Names(string folder)
    {
        try
        {
            string[] names = Directory.GetFileSystemEntries(folder);
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(folder, e);
        }
    }

    private static async Task WriteEntryAsync(TarWriter writer, SpecialFiles special, FileSystemInfo entry, string path, CancellationToken ct)
    {
        if (entry.LinkTarget is { } link)
        {
            await writer.WriteEntryAsync(Stamp(new GnuTarEntry(TarEntryType.SymbolicLink, path) { LinkName = link }, entry), ct);
        }
        else if (entry is DirectoryInfo)
        {
            await writer.WriteEntryAsync(Stamp(new GnuTarEntry(TarEntryType.Directory, path + "/"), entry), ct);
        }
        else
        {
            await WriteFileAsync(writer, special, entry, path, ct);
        }
    }

    private static async Task WriteFileAsync(TarWriter writer, SpecialFiles special, FileSystemInfo entry, string path, CancellationToken ct)
    {
        // Pipes, devices and sockets have no length either, and opening one could wait for ever.
        if (((FileInfo)entry).Length == 0)
        {
            if (special.Header(entry, path) is { } header) await writer.WriteEntryAsync(Stamp(header, entry), ct);
            return;
        }

        var file = new GnuTarEntry(TarEntryType.RegularFile, path);
        await using FileStream content = Open(entry);
        long length = content.Length;
        file.DataStream = content;
        await writer.WriteEntryAsync(Stamp(file, entry), ct);
        if (content.Position != length)
        {
            throw new DeployException(
                "BuildContextChanged",
                FaultCategory.ReadError,
                $"{entry.FullName} changed its length while it was sent to the engine.",
                "Leave it out by .dockerignore, or stop what writes to it, and build again.")
            { Subject = entry.FullName };
        }
    }

    private static FileStream Open(FileSystemInfo entry)
    {
        try
        {
            return new FileStream(entry.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(entry.FullName, e);
        }
    }

    /// <summary>The fault of something in the context that cannot be read.</summary>
    internal static DeployException Unreadable(string path, Exception e) => new(
        "BuildContextUnreadable",
        FaultCategory.ReadError,
        $"{path} is part of the build context and cannot be read: {e.Message}",
        "Make it readable, or leave it out by .dockerignore.",
        e)
    { Subject = path };

    private static GnuTarEntry Stamp(GnuTarEntry entry, FileSystemInfo source)
    {
        entry.ModificationTime = new DateTimeOffset(source.LastWriteTimeUtc);
        // Windows keeps no modes; what Docker does there is to let everything be run.
        entry.Mode = OperatingSystem.IsWindows() || entry.EntryType == TarEntryType.SymbolicLink ? DefaultMode : source.UnixFileMode;
        return entry;
    }
}
