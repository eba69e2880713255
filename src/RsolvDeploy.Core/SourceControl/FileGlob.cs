using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;

namespace RsolvDeploy.SourceControl;

/// <summary>Finds files by a glob: <c>*</c> and <c>?</c> within a name, <c>**</c> over any number of folders.</summary>
internal static class FileGlob
{
    /// <summary>The files that match, relative to the root with <c>/</c>, in order. Links are not followed, and <c>.git</c> is not looked into.</summary>
    public static IReadOnlyList<string> Match(string root, string glob, CancellationToken ct)
    {
        if (glob.IndexOfAny(['*', '?']) < 0) return IsPlainFile(root, glob) ? [glob] : [];
        var regex = new Regex(ToRegex(glob), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var files = new FileSystemEnumerable<string>(root, (ref FileSystemEntry entry) => Path.GetRelativePath(root, entry.ToFullPath()).Replace('\\', '/'), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.FileName.SequenceEqual(".git"),
        };
        var found = new List<string>();
        foreach (var file in files)
        {
            ct.ThrowIfCancellationRequested();
            if (regex.IsMatch(file)) found.Add(file);
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    // A rule cannot match files outside of the tree.
    private static bool IsPlainFile(string root, string path)
    {
        var full = Path.GetFullPath(Path.Combine(root, path));
        return full.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && new FileInfo(full) is { Exists: true, LinkTarget: null };
    }

    private static string ToRegex(string glob)
    {
        var regex = new StringBuilder("^");
        for (var at = 0; at < glob.Length; at++)
        {
            if (string.CompareOrdinal(glob, at, "**/", 0, 3) == 0)
            {
                regex.Append("(?:.*/)?");
                at += 2;
            }
            else if (string.CompareOrdinal(glob, at, "**", 0, 2) == 0)
            {
                regex.Append(".*");
                at++;
            }
            else
            {
                regex.Append(glob[at] switch { '*' => "[^/]*", '?' => "[^/]", var other => Regex.Escape(other.ToString()) });
            }
        }

        return regex.Append('$').ToString();
    }
}
