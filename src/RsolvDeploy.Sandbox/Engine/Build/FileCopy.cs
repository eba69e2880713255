using System.Formats.Tar;
using System.Text.RegularExpressions;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Finds the files that COPY and ADD name, and where they go.</summary>
/// <param name="source">The files to copy from: the build context, or another stage.</param>
/// <param name="existing">The files of the image so far.</param>
/// <param name="workingDirectory">Where relative destinations begin.</param>
/// <param name="keepOwner">Whether a copy keeps its owner; otherwise root owns it.</param>
internal sealed class FileCopy(
    IReadOnlyDictionary<string, ImageFile> source, IReadOnlyDictionary<string, ImageFile> existing, string workingDirectory, bool keepOwner)
{
    public List<ImageFile> Resolve(IReadOnlyList<string> patterns, string destination)
    {
        string target = TarFiles.Normalize(destination.StartsWith('/') ? destination : $"{workingDirectory}/{destination}");
        bool intoFolder = destination.EndsWith('/') || destination is "." || patterns.Count > 1
            || (existing.TryGetValue(target, out var present) && present.Kind == TarEntryType.Directory);
        var copied = new Dictionary<string, ImageFile>(StringComparer.Ordinal);
        foreach (string pattern in patterns)
        {
            var roots = Roots(TarFiles.Normalize(pattern));
            if (roots.Count == 0)
                throw new MissingFileException(TarFiles.Normalize(pattern));
            foreach (var copy in roots.SelectMany(root => CopyRoot(root, target, intoFolder || roots.Count > 1)))
                copied[copy.Path] = copy;
        }

        return [.. copied.Values];
    }

    private IEnumerable<ImageFile> CopyRoot(string root, string target, bool intoFolder)
    {
        if (source.TryGetValue(root, out var file) && file.Kind != TarEntryType.Directory)
            return [Copy(file, intoFolder ? Join(target, root[(root.LastIndexOf('/') + 1)..]) : target)];

        // Of a folder, the content is copied, not the folder itself.
        string prefix = root.Length == 0 ? "" : root + "/";
        return source.Values
            .Where(f => f.Path.StartsWith(prefix, StringComparison.Ordinal))
            .Select(inner => Copy(inner, Join(target, inner.Path[prefix.Length..])));
    }

    private ImageFile Copy(ImageFile file, string path) =>
        file with { Path = path, Uid = keepOwner ? file.Uid : 0, Gid = keepOwner ? file.Gid : 0 };

    private List<string> Roots(string pattern)
    {
        if (!pattern.AsSpan().ContainsAny('*', '?', '['))
        {
            bool found = pattern.Length == 0 || source.ContainsKey(pattern)
                || source.Keys.Any(p => p.StartsWith(pattern + "/", StringComparison.Ordinal));
            return found ? [pattern] : [];
        }

        string expression = Regex.Escape(pattern).Replace("\\*", "[^/]*", StringComparison.Ordinal)
            .Replace("\\?", "[^/]", StringComparison.Ordinal).Replace("\\[", "[", StringComparison.Ordinal);
        var regex = new Regex($"^{expression}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return [.. source.Keys.Where(p => regex.IsMatch(p)).Order(StringComparer.Ordinal)];
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>A missing file.</summary>
    internal sealed class MissingFileException(string path) : Exception($"{path}: not found")
    {
        public string Path => path;
    }
}
