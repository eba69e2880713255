using System.Formats.Tar;
using System.IO.Compression;

namespace RsolvDeploy.Sandbox.Images;

/// <summary>Reads the files of a tar archive, with or without gzip.</summary>
internal static class TarFiles
{
    public static async Task<List<ImageFile>> ReadAsync(byte[] content, CancellationToken ct)
    {
        Stream source = new MemoryStream(content, writable: false);
        if (content is [0x1f, 0x8b, ..])
            source = new GZipStream(source, CompressionMode.Decompress);
        await using var owned = source;
        await using var reader = new TarReader(source);
        var files = new List<ImageFile>();
        while (await reader.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            string path = Normalize(entry.Name);
            var kind = entry.EntryType switch
            {
                TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => TarEntryType.RegularFile,
                var other => other,
            };
            if (path.Length == 0
                || kind is not (TarEntryType.RegularFile or TarEntryType.Directory or TarEntryType.SymbolicLink or TarEntryType.HardLink))
            {
                continue;
            }

            if (kind == TarEntryType.HardLink)
            {
                string target = Normalize(entry.LinkName);
                if (files.Find(f => f.Path == target) is { } linked)
                    files.Add(linked with { Path = path });
                continue;
            }

            files.Add(new ImageFile(path, kind, await ContentAsync(entry, ct))
            {
                Mode = entry.Mode,
                Modified = entry.ModificationTime,
                LinkTarget = entry.LinkName,
            });
        }

        return files;
    }

    /// <summary>A path without a leading slash and dots; it never leaves the root.</summary>
    public static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "." or ".."))
                parts.Add(part);
        }

        return string.Join('/', parts);
    }

    private static async Task<byte[]> ContentAsync(TarEntry entry, CancellationToken ct)
    {
        if (entry.DataStream is null)
            return [];
        using var content = new MemoryStream();
        await entry.DataStream.CopyToAsync(content, ct);
        return content.ToArray();
    }
}
