using System.Formats.Tar;
using System.Runtime.Versioning;
using RsolvDeploy.Errors;
using RsolvDeploy.Images.Planning;

namespace RsolvDeploy.Images.Build;

/// <summary>The folder that is sent to the engine, streamed as a tar archive.</summary>
internal sealed class BuildContext
{
    private const UnixFileMode DefaultMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _folder;
    private readonly IgnoreRules _rules;
    private readonly HashSet<string> _always;
    private readonly OutsideDockerfile? _outside;
    private readonly List<(string Folder, IgnoreVerdict? Verdict)> _raw = [];

    /// <summary>Reads the rules of a context.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dockerfile">The Dockerfile, relative to the folder, or its full path where it is outside.</param>
    /// <param name="isClassic">Whether it is for the classic builder.</param>
    public BuildContext(string folder, string dockerfile, bool isClassic = false)
        : this(folder, dockerfile, Path.IsPathRooted(dockerfile) ? OutsideDockerfile.FromFile(dockerfile, isClassic) : null)
    {
    }

    /// <summary>Reads the rules of a context whose Dockerfile is a text.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dockerfile">The text.</param>
    /// <param name="isClassic">Whether it is for the classic builder.</param>
    public BuildContext(string folder, DockerfileText dockerfile, bool isClassic)
        : this(folder, null, OutsideDockerfile.FromText(dockerfile.Content, isClassic))
    {
    }

    private BuildContext(string folder, string? dockerfile, OutsideDockerfile? outside)
    {
        _folder = folder;
        _outside = outside;
        _rules = IgnoreRules.Load(folder, dockerfile);
        // The engine reads these itself, so they are always sent.
        string[] always = dockerfile is null ? [".dockerignore"] : [dockerfile, $"{dockerfile}.dockerignore", ".dockerignore"];
        _always = new HashSet<string>(always, StringComparer.Ordinal);
    }

    /// <summary>The name of the Dockerfile in the archive; null where it is the one of the folder.</summary>
    public string? OutsideName => _outside?.Name;

    /// <summary>The entries that are sent, folders before their content.</summary>
    public IEnumerable<FileSystemInfo> Entries() => Walk(_folder, null);

    public string RelativePath(FileSystemInfo entry) =>
        Path.GetRelativePath(_folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');

    public async Task WriteAsync(Stream output, CancellationToken ct)
    {
        // GNU, not pax: engines read the format of the archive from the header of the first entry.
        await using var writer = new TarWriter(output, TarEntryFormat.Gnu, leaveOpen: true);
        using var special = new SpecialFiles();
        foreach (FileSystemInfo entry in Entries())
        {
            ct.ThrowIfCancellationRequested();
            string path = RelativePath(entry);
            if (_outside?.Replaces(path) != true) await WriteEntryAsync(writer, special, entry, path, ct);
        }

        if (!OperatingSystem.IsWindows()) await WriteRawAsync(output, ct);
        if (_outside is not null) await _outside.WriteAsync(writer, _folder, ct);
    }

    // The writer of the other entries keeps nothing back between them.
    [UnsupportedOSPlatform("windows")]
    private async Task WriteRawAsync(Stream output, CancellationToken ct)
    {
        var raw = new RawContextWriter(output, _rules);
        foreach (var (folder, verdict) in _raw)
        {
            string path = folder == _folder ? "" : RelativePath(new DirectoryInfo(folder));
            await raw.WriteAsync(folder, path, verdict, ct);
        }
    }

    private IEnumerable<FileSystemInfo> Walk(string folder, IgnoreVerdict? parent)
    {
        bool raw = false;
        foreach (string name in Names(folder))
        {
            if (!IsText(name))
            {
                if (!raw) _raw.Add((folder, parent));
                raw = true;
                continue;
            }

            FileSystemInfo entry = Directory.Exists(name) ? new DirectoryInfo(name) : new FileInfo(name);
            string path = RelativePath(entry);
            IgnoreVerdict verdict = _rules.Evaluate(path, parent);
            bool ignored = verdict.Ignored && !_always.Contains(path);
            if (!ignored) yield return entry;
            if (entry is not DirectoryInfo || entry.LinkTarget is not null) continue;
            if (ignored && !_rules.MayIncludeBelow(path) && !_always.Any(p => p.StartsWith(path + "/", StringComparison.Ordinal))) continue;
            foreach (FileSystemInfo below in Walk(name, verdict)) yield return below;
        }
    }

    // A name that is not UTF-8 is decoded to another one, which is not there.
    private static bool IsText(string path) =>
        !RawFolder.IsSupported
        || !path.Contains('\uFFFD', StringComparison.Ordinal)
        || Path.Exists(path)
        || new FileInfo(path).LinkTarget is not null;

    // Only the names of a folder are in memory.
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

    private static async Task WriteEntryAsync(
        TarWriter writer, SpecialFiles special, FileSystemInfo entry, string path, CancellationToken ct)
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

    private static async Task WriteFileAsync(
        TarWriter writer, SpecialFiles special, FileSystemInfo entry, string path, CancellationToken ct)
    {
        // Pipes, devices and sockets have no length either, and opening one could block forever.
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
                $"The length of {entry.FullName} changed while it was sent to the engine.",
                "Exclude it by .dockerignore, or stop the program that writes to it, and build again.")
            { Subject = entry.FullName };
        }
    }

    private static FileStream Open(FileSystemInfo entry)
    {
        try
        {
            return new FileStream(
                entry.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(entry.FullName, e);
        }
    }

    /// <summary>The error of an entry that cannot be read.</summary>
    internal static DeployException Unreadable(string path, Exception e) => new(
        "BuildContextUnreadable",
        FaultCategory.ReadError,
        $"{path} is part of the build context and cannot be read: {e.Message}",
        "Make it readable, or exclude it by .dockerignore.",
        e)
    { Subject = path };

    private static GnuTarEntry Stamp(GnuTarEntry entry, FileSystemInfo source)
    {
        entry.ModificationTime = new DateTimeOffset(source.LastWriteTimeUtc);
        // Windows has no modes; like docker, everything is executable there.
        entry.Mode = OperatingSystem.IsWindows() || entry.EntryType == TarEntryType.SymbolicLink ? DefaultMode : source.UnixFileMode;
        return entry;
    }
}
