using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace RsolvDeploy.Sandbox.SourceTree;

/// <summary>The objects of a git repository, each a file named by its hash. No git is needed to write them.</summary>
/// <param name="folder">The folder <c>objects</c>.</param>
internal sealed class GitObjects(string folder)
{
    private const string FileMode = "100644";
    private const string FolderMode = "40000";

    /// <summary>Writes the tree of all files.</summary>
    /// <param name="files">The contents by path, with / between folders.</param>
    /// <returns>The hash of the tree.</returns>
    public byte[] WriteTree(IReadOnlyDictionary<string, byte[]> files)
    {
        var entries = files
            .GroupBy(file => file.Key.Split('/')[0], StringComparer.Ordinal)
            .Select(group => files.TryGetValue(group.Key, out var content)
                ? (Name: group.Key, Mode: FileMode, Hash: Write("blob", content))
                : (Name: group.Key, Mode: FolderMode, Hash: WriteTree(
                    group.ToDictionary(file => file.Key[(group.Key.Length + 1)..], file => file.Value))))
            // git sorts a folder as if its name ended with a slash.
            .OrderBy(entry => entry.Mode == FolderMode ? $"{entry.Name}/" : entry.Name, StringComparer.Ordinal);
        using var tree = new MemoryStream();
        foreach (var (name, mode, hash) in entries)
        {
            tree.Write(Encoding.UTF8.GetBytes($"{mode} {name}\0"));
            tree.Write(hash);
        }

        return Write("tree", tree.ToArray());
    }

    /// <summary>Writes a commit without a parent.</summary>
    /// <returns>Its name.</returns>
    public string WriteCommit(byte[] tree, string message, DateTimeOffset at)
    {
        const string Who = "RsolvDeploy sandbox <sandbox@example.org>";
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return Name(Write("commit", Encoding.UTF8.GetBytes(
            $"tree {Name(tree)}\nauthor {Who} {time} +0000\ncommitter {Who} {time} +0000\n\n{message}\n")));
    }

    /// <summary>The hash of an object.</summary>
#pragma warning disable CA5350 // git names its objects so
    public static byte[] Hash(string type, byte[] content) => SHA1.HashData([.. Header(type, content), .. content]);
#pragma warning restore CA5350

    private static byte[] Header(string type, byte[] content) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{type} {content.Length}\0"));

    private static string Name(byte[] hash) => Convert.ToHexStringLower(hash);

    private byte[] Write(string type, byte[] content)
    {
        var hash = Hash(type, content);
        var name = Name(hash);
        var path = Path.Combine(folder, name[..2], name[2..]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var packed = new ZLibStream(File.Create(path), CompressionLevel.Fastest);
        packed.Write(Header(type, content));
        packed.Write(content);
        return hash;
    }
}
