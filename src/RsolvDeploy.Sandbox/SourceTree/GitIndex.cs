using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RsolvDeploy.Sandbox.SourceTree;

/// <summary>The index of a work tree, version 2: what is committed is what lies there.</summary>
internal static class GitIndex
{
    private const int EntryLength = 62;
    private const uint RegularFile = 0x81A4;

    public static byte[] Write(IReadOnlyDictionary<string, byte[]> files)
    {
        using var index = new MemoryStream();
        index.Write("DIRC"u8);
        Number(index, 2);
        Number(index, (uint)files.Count);
        foreach (var (path, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal)) WriteEntry(index, path, content);
#pragma warning disable CA5350 // git sums up its index so
        index.Write(SHA1.HashData(index.ToArray()));
#pragma warning restore CA5350
        return index.ToArray();
    }

    // Times and inode stay 0, so that git compares the content.
    private static void WriteEntry(MemoryStream index, string path, byte[] content)
    {
        for (var field = 0; field < 6; field++) Number(index, 0);
        Number(index, RegularFile);
        Number(index, 0);
        Number(index, 0);
        Number(index, (uint)content.Length);
        index.Write(GitObjects.Hash("blob", content));
        var name = Encoding.UTF8.GetBytes(path);
        Span<byte> flags = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(flags, (ushort)name.Length);
        index.Write(flags);
        index.Write(name);
        // Eight bytes a step, with one byte of zero at least.
        index.Write(new byte[8 - ((EntryLength + name.Length) % 8)]);
    }

    private static void Number(MemoryStream index, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        index.Write(bytes);
    }
}
