using System.IO.Enumeration;
using Microsoft.Extensions.FileSystemGlobbing;

namespace RsolvDeploy.SourceControl;

/// <summary>Finds files by a glob: <c>*</c> and <c>?</c> within a name, <c>**</c> over any number of folders.</summary>
internal static class FileGlob
{
    /// <summary>
    /// The files that match, relative to the root with <c>/</c>, in order. Links are not followed, and <c>.git</c> is not searched.
    /// </summary>
    public static IReadOnlyList<string> Match(string root, string glob, CancellationToken ct)
    {
        if (glob.IndexOfAny(['*', '?']) < 0) return IsPlainFile(root, glob) ? [glob] : [];
        // The matcher knows no '?'.
        var matcher = new Matcher(StringComparison.Ordinal).AddInclude(glob.Replace('?', '*'));
        var found = matcher.Execute(new WorkTreeFolder(new DirectoryInfo(root), parent: null, ct)).Files.Select(file => file.Path);
        return [.. found
            .Where(file => !glob.Contains('?', StringComparison.Ordinal) || HasNames(glob, file))
            .Order(StringComparer.Ordinal)];
    }

    // A rule cannot match files outside of the tree.
    private static bool IsPlainFile(string root, string path)
    {
        var full = Path.GetFullPath(Path.Combine(root, path));
        return full.StartsWith(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && new FileInfo(full) is { Exists: true, LinkTarget: null };
    }

    private static bool HasNames(string glob, string file) => HasNames(glob.Split('/'), file.Split('/'));

    private static bool HasNames(ReadOnlySpan<string> patterns, ReadOnlySpan<string> names)
    {
        if (patterns.IsEmpty || names.IsEmpty) return patterns.IsEmpty && names.IsEmpty;
        if (patterns[0] == "**") return HasNames(patterns[1..], names) || HasNames(patterns, names[1..]) || patterns.Length == 1;
        return FileSystemName.MatchesSimpleExpression(patterns[0], names[0], ignoreCase: false) && HasNames(patterns[1..], names[1..]);
    }
}
