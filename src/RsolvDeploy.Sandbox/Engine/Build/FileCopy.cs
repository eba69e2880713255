using System.Formats.Tar;
using System.Text.RegularExpressions;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Finds the files that COPY and ADD name, and where they go.</summary>
internal static class FileCopy
{
    public static List<ImageFile> Resolve(
        IReadOnlyDictionary<string, ImageFile> source, IReadOnlyList<string> patterns, string destination, string workingDirectory,
        IReadOnlyDictionary<string, ImageFile> existing, bool keepOwner)
    {
        string target = TarFiles.Normalize(destination.StartsWith('/') ? destination : $"{workingDirectory}/{destination}");
        bool intoFolder = destination.EndsWith('/') || destination is "." || patterns.Count > 1
            || (existing.TryGetValue(target, out var held) && held.Kind == TarEntryType.Directory);
        var copied = new Dictionary<string, ImageFile>(StringComparer.Ordinal);
        foreach (string pattern in patterns)
        {
            var roots = Roots(source, TarFiles.Normalize(pattern));
            if (roots.Count == 0)
                throw new MissingFileException(TarFiles.Normalize(pattern));
            foreach (string root in roots)
                CopyRoot(source, root, target, intoFolder || roots.Count > 1, keepOwner, copied);
        }

        return [.. copied.Values];
    }

    private static void CopyRoot(
        IReadOnlyDictionary<string, ImageFile> source, string root, string target, bool intoFolder, bool keepOwner, Dictionary<string, ImageFile> copied)
    {
        if (source.TryGetValue(root, out var file) && file.Kind != TarEntryType.Directory)
        {
            Add(file, intoFolder ? Join(target, root[(root.LastIndexOf('/') + 1)..]) : target);
            return;
        }

        // Of a folder, the content is copied, not the folder itself.
        string prefix = root.Length == 0 ? "" : root + "/";
        foreach (var inner in source.Values.Where(f => f.Path.StartsWith(prefix, StringComparison.Ordinal)))
            Add(inner, Join(target, inner.Path[prefix.Length..]));

        void Add(ImageFile one, string path) => copied[path] = one with
        {
            Path = path,
            Uid = keepOwner ? one.Uid : 0,
            Gid = keepOwner ? one.Gid : 0,
        };
    }

    private static List<string> Roots(IReadOnlyDictionary<string, ImageFile> source, string pattern)
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

    /// <summary>A file that is not there.</summary>
    internal sealed class MissingFileException(string path) : Exception($"{path}: not found")
    {
        public string Path => path;
    }
}
