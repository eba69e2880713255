using RsolvDeploy.Errors;

namespace RsolvDeploy.SourceControl;

/// <summary>The current commit of a work tree, read from its files; no program is needed.</summary>
internal static class GitHead
{
    /// <summary>The commit.</summary>
    /// <exception cref="DeployException"><c>GitCommitNotFound</c>.</exception>
    public static string Read(string folder)
    {
        string git = FindGitFolder(folder) ?? throw Missing(folder);
        string head = File.ReadAllText(Path.Combine(git, "HEAD")).Trim();
        if (!head.StartsWith("ref: ", StringComparison.Ordinal)) return head.Length >= 40 ? head : throw Missing(folder);

        string reference = head[5..];
        // The branches of a linked work tree are in the folder that it shares with the others.
        string common = Path.Combine(git, "commondir") is var file && File.Exists(file)
            ? Path.GetFullPath(Path.Combine(git, File.ReadAllText(file).Trim()))
            : git;
        string loose = Path.Combine(common, reference);
        if (File.Exists(loose)) return File.ReadAllText(loose).Trim();
        string packed = Path.Combine(common, "packed-refs");
        string? line = File.Exists(packed)
            ? File.ReadLines(packed).FirstOrDefault(l => l.EndsWith(" " + reference, StringComparison.Ordinal))
            : null;
        return line?.Split(' ')[0] ?? throw Missing(folder);
    }

    private static string? FindGitFolder(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            string git = Path.Combine(at.FullName, ".git");
            if (Directory.Exists(git)) return git;
            if (!File.Exists(git)) continue;
            string text = File.ReadAllText(git).Trim();
            if (text.StartsWith("gitdir: ", StringComparison.Ordinal)) return Path.GetFullPath(Path.Combine(at.FullName, text[8..]));
        }

        return null;
    }

    private static DeployException Missing(string folder) => new(
        "GitCommitNotFound",
        FaultCategory.ObjectNotFound,
        $"A tag needs the git commit, but {folder} is not in a git work tree with a commit.",
        "Build from a clone, or remove {gitsha} from the tag templates.")
    { Subject = folder };
}
