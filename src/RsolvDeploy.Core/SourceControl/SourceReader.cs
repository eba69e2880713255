using System.Globalization;
using RsolvDeploy.Errors;

namespace RsolvDeploy.SourceControl;

/// <summary>Reads from git what an image is built from.</summary>
internal static class SourceReader
{
    private const int Shown = 5;

    /// <summary>The commit of the folder; null when it is in no work tree, or there is no git.</summary>
    /// <param name="folder">The build context.</param>
    /// <param name="allowUncommitted">Whether what is in no commit may be built.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="DeployException"><c>SourceDirty</c>: something in the folder is in no commit.</exception>
    public static async Task<ImageSource?> ReadAsync(string folder, bool allowUncommitted, CancellationToken ct)
    {
        var git = new GitProgram(folder);
        GitProgram.GitResult head;
        try
        {
            head = await git.RunAsync(ct, "log", "-1", "--format=%H%n%cI");
        }
        catch (DeployException e) when (e.Id == "GitMissing")
        {
            return null;
        }

        if (!head.Succeeded || head.Lines.Count < 2) return null;
        // Paths as they are, not quoted; only what lies in the build context counts.
        var status = await git.RunAsync(ct, "-c", "core.quotePath=false", "status", "--porcelain", "--untracked-files=normal", "--", ".");
        if (status.Lines.Count > 0 && !allowUncommitted)
        {
            throw new DeployException("SourceDirty", FaultCategory.InvalidOperation,
                $"{status.Lines.Count} {(status.Lines.Count == 1 ? "file of the build context" : "files of the build context")} {folder} {(status.Lines.Count == 1 ? "is" : "are")} in no commit: {string.Join(", ", status.Lines.Take(Shown).Select(line => line.Length > 3 ? line[3..] : line))}{(status.Lines.Count > Shown ? ", …" : "")}.",
                "Commit or stash them; or build all the same with -AllowDirty, which is recorded.")
            { Subject = folder };
        }

        var remote = await git.RunAsync(ct, "remote", "get-url", "origin");
        var tags = await git.RunAsync(ct, "tag", "--points-at", "HEAD");
        return new ImageSource(head.Lines[0], DateTimeOffset.Parse(head.Lines[1], CultureInfo.InvariantCulture).ToUniversalTime(), status.Lines.Count)
        {
            Repository = remote.Succeeded ? WithoutUser(remote.Output) : null,
            Version = tags.Lines.Count > 0 ? tags.Lines[0] : null,
        };
    }

    // An address may carry a token as its user or password.
    private static string WithoutUser(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? new UriBuilder(uri) { UserName = "", Password = "" }.Uri.ToString() : address;
}
