using System.Formats.Tar;
using System.IO.Compression;

namespace RsolvDeploy.Sandbox.Images;

/// <summary>A layer: a compressed tar with its digest and the digest of its uncompressed content.</summary>
internal sealed record Layer(string DiffId, string Digest, byte[] Blob, long UnpackedSize)
{
    /// <summary>Packs files, in the order of their paths, so that the same files give the same digest.</summary>
    public static Layer Pack(IEnumerable<ImageFile> files)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var file in files.OrderBy(f => f.Path, StringComparer.Ordinal))
                writer.WriteEntry(ToEntry(file));
        }

        var unpacked = tar.GetBuffer().AsSpan(0, (int)tar.Length);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(unpacked);
        byte[] blob = packed.ToArray();
        return new Layer(Images.Digest.Compute(unpacked), Images.Digest.Compute(blob), blob, unpacked.Length);
    }

    private static PaxTarEntry ToEntry(ImageFile file)
    {
        // Pax, not Ustar: paths of a node_modules tree are too long for Ustar.
        var entry = new PaxTarEntry(file.Kind, file.Kind == TarEntryType.Directory ? file.Path + "/" : file.Path)
        {
            Mode = file.Mode,
            ModificationTime = file.Modified,
            Uid = file.Uid,
            Gid = file.Gid,
        };
        if (file.Kind == TarEntryType.SymbolicLink)
            entry.LinkName = file.LinkTarget;
        if (file.Kind == TarEntryType.RegularFile)
            entry.DataStream = new MemoryStream(file.Content, writable: false);
        return entry;
    }
}
