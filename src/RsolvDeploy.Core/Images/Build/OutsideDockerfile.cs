using System.Formats.Tar;
using System.Text;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// A Dockerfile that is not in the context. It is sent as an additional file of the context, as the docker program does for the classic
/// builder: an engine reads it from there only.
/// </summary>
internal sealed class OutsideDockerfile
{
    private const string IgnoreFile = ".dockerignore";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Func<CancellationToken, Task<byte[]>> _read;
    private readonly bool _isClassic;

    private OutsideDockerfile(string identity, Func<CancellationToken, Task<byte[]>> read, bool isClassic)
    {
        Name = $".dockerfile.{Sha256Text.Of(identity)[..20]}";
        _read = read;
        _isClassic = isClassic;
    }

    /// <summary>Its name in the archive.</summary>
    public string Name { get; }

    /// <summary>A file.</summary>
    /// <param name="path">Its full path; it may be a pipe.</param>
    /// <param name="isClassic">Whether it is for the classic builder, which excludes it again from what <c>COPY .</c> copies.</param>
    public static OutsideDockerfile FromFile(string path, bool isClassic) => new(path, ct => ReadAsync(path, ct), isClassic);

    /// <summary>A text that is no file.</summary>
    /// <inheritdoc cref="FromFile"/>
    public static OutsideDockerfile FromText(string text, bool isClassic) =>
        new(text, _ => Task.FromResult(Encoding.UTF8.GetBytes(text)), isClassic);

    /// <summary>Whether a file of the context is written by this class.</summary>
    public bool Replaces(string entry) => _isClassic && entry == IgnoreFile;

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(TarWriter writer, string context, CancellationToken ct)
    {
        await WriteAsync(writer, Name, await _read(ct), Private, ct);
        if (!_isClassic) return;
        string ignore = Path.Combine(context, IgnoreFile);
        string rules = File.Exists(ignore) ? await File.ReadAllTextAsync(ignore, ct) : IgnoreFile;
        UnixFileMode mode = File.Exists(ignore) && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(ignore) : Private;
        await WriteAsync(writer, IgnoreFile, Encoding.UTF8.GetBytes($"{rules}\n{Name}\n"), mode, ct);
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw BuildContext.Unreadable(path, e);
        }
    }

    private static async Task WriteAsync(TarWriter writer, string name, byte[] content, UnixFileMode mode, CancellationToken ct)
    {
        using var stream = new MemoryStream(content);
        await writer.WriteEntryAsync(
            new GnuTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = stream,
                Mode = mode,
                ModificationTime = DateTimeOffset.UnixEpoch,
            },
            ct);
    }
}
