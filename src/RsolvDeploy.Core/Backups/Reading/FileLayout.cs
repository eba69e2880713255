using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Reading;

/// <summary>Which objects stand where in the files of a backup. No byte of a file belongs to none of them.</summary>
internal sealed class FileLayout
{
    private readonly Dictionary<string, ManifestItem[]> _files = new(StringComparer.Ordinal);

    /// <summary>Finds the layout that a manifest describes.</summary>
    /// <param name="folder">The folder of the backup, for errors.</param>
    /// <param name="items">The objects.</param>
    /// <exception cref="Errors.DeployException"><c>BackupCorrupt</c>: two objects overlap, or bytes are between them.</exception>
    public FileLayout(string folder, IReadOnlyList<ManifestItem> items)
    {
        foreach (var file in items.GroupBy(item => item.File, StringComparer.Ordinal))
        {
            var inOrder = file.OrderBy(item => item.Start).ToArray();
            if (inOrder.Length > 1 && inOrder.FirstOrDefault(item => item.Offset is null) is { } whole)
                throw ManifestFile.Corrupt(folder, $"{whole.Kind}/{whole.Name} shares {file.Key} with other objects, without an offset");
            var end = 0L;
            foreach (var item in inOrder)
            {
                if (item.Start != end || item.Size < 0 || item.Encrypted != inOrder[0].Encrypted)
                    throw ManifestFile.Corrupt(folder, $"the manifest names another place of {item.Kind}/{item.Name} than {file.Key} has");
                end = item.End + ManifestItem.Separator(item.Encrypted).Length;
            }

            _files[file.Key] = inOrder;
        }
    }

    /// <summary>The files, relative to the folder.</summary>
    public IReadOnlyCollection<string> Files => _files.Keys;

    /// <summary>The objects of a file, in its order.</summary>
    public IReadOnlyList<ManifestItem> ObjectsOf(string file) => _files[file];

    /// <summary>How many bytes a file has.</summary>
    public long LengthOf(string file) => _files[file][^1].End;
}
