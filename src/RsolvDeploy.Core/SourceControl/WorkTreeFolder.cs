using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace RsolvDeploy.SourceControl;

/// <summary>A folder of a work tree as globs see it: without <c>.git</c>, without links, and with nothing above its root.</summary>
/// <param name="folder">The folder.</param>
/// <param name="parent">The folder above; null for the root.</param>
/// <param name="ct">Ends the search.</param>
internal sealed class WorkTreeFolder(DirectoryInfo folder, WorkTreeFolder? parent, CancellationToken ct) : DirectoryInfoBase
{
    private static readonly EnumerationOptions Options = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };

    public override string Name => folder.Name;

    public override string FullName => folder.FullName;

    public override DirectoryInfoBase? ParentDirectory => parent;

    public override IEnumerable<FileSystemInfoBase> EnumerateFileSystemInfos()
    {
        if (!IsInside) yield break;
        foreach (var entry in folder.EnumerateFileSystemInfos("*", Options))
        {
            ct.ThrowIfCancellationRequested();
            if (entry is FileInfo file) yield return new FileInfoWrapper(file);
            else if (entry is DirectoryInfo inner && inner.Name != ".git") yield return new WorkTreeFolder(inner, this, ct);
        }
    }

    public override DirectoryInfoBase GetDirectory(string path) =>
        new WorkTreeFolder(new DirectoryInfo(Path.Combine(folder.FullName, path)), this, ct);

    public override FileInfoBase GetFile(string path) => new FileInfoWrapper(new FileInfo(Path.Combine(folder.FullName, path)));

    // A glob that begins with ".." leads out of the tree, where nothing is found.
    private bool IsInside => folder.Exists && (parent is null || folder.FullName.StartsWith(parent.FullName, StringComparison.Ordinal));
}
