using System.Text.RegularExpressions;
using RsolvDeploy.Errors;

namespace RsolvDeploy.SourceControl;

/// <summary>
/// The changed, added and untracked files of a folder, and its submodules. Git itself does not look into submodules: it would run the
/// commands that their own configuration names.
/// </summary>
/// <param name="Files">The files, and the submodules that were changed; paths as git shows them.</param>
/// <param name="OpenSubmodules">The submodules that are not checked out, or in conflict, for people.</param>
internal sealed partial record UncommittedFiles(IReadOnlyList<string> Files, IReadOnlyList<string> OpenSubmodules)
{
    /// <summary>Finds them in a folder of a work tree.</summary>
    /// <param name="git">Git in that folder.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>GitFailed</c>, or an error of git itself.</exception>
    public static async Task<UncommittedFiles> FindAsync(GitProgram git, CancellationToken ct)
    {
        // Paths are not quoted.
        var status = await git.RunAsync(
            ct, "-c", "core.quotePath=false", "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=dirty", "--", ".");
        if (!status.Succeeded)
        {
            throw new DeployException("GitFailed", FaultCategory.InvalidOperation,
                $"git status failed in {git.Folder}: {status.Error}", "Run it there and read its error.")
            { Subject = git.Folder };
        }

        var files = status.Lines.Select(line => line.Length > 3 ? line[3..] : line).ToList();
        var open = new List<string>();
        foreach (var line in (await git.RunAsync(ct, "submodule", "status", "--", ".")).Lines)
        {
            if (Submodule().Match(line) is not { Success: true } match) continue;
            var name = match.Groups["path"].Value;
            // '+' is at another commit than recorded, '-' not checked out, 'U' in conflict.
            if (line[0] == '-') open.Add($"submodule {name} not checked out");
            else if (line[0] == 'U') open.Add($"submodule {name} in conflict");
            else if (!files.Contains(name) && await IsChangedAsync(Path.Combine(git.Folder, name), ct)) files.Add(name);
        }

        return new UncommittedFiles(files, open);
    }

    private static async Task<bool> IsChangedAsync(string submodule, CancellationToken ct)
    {
        var found = await FindAsync(new GitProgram(submodule), ct);
        return found.Files.Count + found.OpenSubmodules.Count > 0;
    }

    // State, commit, path and, where it is known, the name of the commit.
    [GeneratedRegex(@"^[-+U ][0-9a-f]+ (?<path>.+?)(?: \([^()]*\))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Submodule();
}
