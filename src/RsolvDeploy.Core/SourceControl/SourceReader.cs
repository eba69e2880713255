using System.Globalization;
using RsolvDeploy.Errors;

namespace RsolvDeploy.SourceControl;

/// <summary>Reads the commit that an image is built from.</summary>
internal static class SourceReader
{
    private const int Shown = 5;

    /// <summary>The commit of the folder; null when it is in no work tree, or git is not installed.</summary>
    /// <param name="folder">The build context.</param>
    /// <param name="allowUncommitted">Whether uncommitted files may be built.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>SourceDirty</c>: the folder has uncommitted files.</exception>
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
        // Only files of the build context matter.
        var changed = (await UncommittedFiles.FindAsync(git, ct)).Files;
        if (changed.Count > 0 && !allowUncommitted)
        {
            var (count, files) = (changed.Count, changed.Take(Shown));
            throw new DeployException("SourceDirty", FaultCategory.InvalidOperation,
                $"The build context {folder} has {count} uncommitted {(count == 1 ? "file" : "files")}: "
                    + $"{string.Join(", ", files)}{(count > Shown ? ", …" : "")}.",
                "Commit or stash them, or build them with -AllowDirty, which is recorded.")
            { Subject = folder };
        }

        var remote = await git.RunAsync(ct, "remote", "get-url", "origin");
        var tags = await git.RunAsync(ct, "tag", "--points-at", "HEAD");
        return new ImageSource(
            head.Lines[0], DateTimeOffset.Parse(head.Lines[1], CultureInfo.InvariantCulture).ToUniversalTime(), changed.Count)
        {
            Repository = remote.Succeeded ? WithoutUser(remote.Output) : null,
            Version = tags.Lines.Count > 0 ? tags.Lines[0] : null,
        };
    }

    // An address may hold a token as its user or password.
    private static string WithoutUser(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0
            ? new UriBuilder(uri) { UserName = "", Password = "" }.Uri.ToString()
            : address;
}
