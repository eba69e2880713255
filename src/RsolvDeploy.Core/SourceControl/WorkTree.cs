using System.Globalization;
using RsolvDeploy.Errors;

namespace RsolvDeploy.SourceControl;

/// <summary>A work tree of git. Reading the remote may add commits to its store, never a branch, a tag or a file.</summary>
internal sealed class WorkTree
{
    // The repository's configuration may name another program for a remote, and the first value wins there.
    private const string UploadPack = "--upload-pack=git-upload-pack";

    private readonly GitProgram _git;
    private readonly SourceSettings _source;

    private WorkTree(GitProgram git, SourceSettings source) => (_git, _source) = (git, source);

    public string Folder => _source.Path;

    /// <summary>The commit that is checked out.</summary>
    public required string Head { get; init; }

    /// <summary>The branch; null when HEAD is detached.</summary>
    public string? Branch { get; init; }

    /// <summary>Whether it is a shallow clone.</summary>
    public bool IsShallow { get; init; }

    public string RemoteBranch => $"{_source.Remote}/{_source.Branch}";

    public static async Task<WorkTree> OpenAsync(SourceSettings source, CancellationToken ct)
    {
        if (!Directory.Exists(source.Path))
        {
            throw Fault(
                "SourceNotFound",
                source,
                $"The source tree {source.Path} does not exist.",
                "Correct 'source.path' of the target, or clone it there.");
        }

        var git = new GitProgram(source.Path);
        if ((await git.RunAsync(ct, "rev-parse", "--is-inside-work-tree")).Output != "true")
        {
            throw Fault(
                "SourceNoWorkTree",
                source,
                $"{source.Path} is no work tree of git.",
                "Set 'source.path' of the target to a clone, not to a bare repository or a plain folder.");
        }

        var head = await git.RunAsync(ct, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
        if (!head.Succeeded) throw Fault("SourceEmpty", source, $"{source.Path} has no commit yet.", "Commit and push the release.");
        var branch = await git.RunAsync(ct, "symbolic-ref", "--quiet", "--short", "HEAD");
        return new WorkTree(git, source)
        {
            Head = head.Output,
            Branch = branch.Succeeded ? branch.Output : null,
            IsShallow = (await git.RunAsync(ct, "rev-parse", "--is-shallow-repository")).Output == "true",
        };
    }

    /// <summary>The current commit of the remote's main branch. Its history is fetched when it is missing here.</summary>
    public async Task<string> RemoteHeadAsync(CancellationToken ct)
    {
        if (!(await _git.RunAsync(ct, "remote", "get-url", "--", _source.Remote)).Succeeded)
        {
            throw Fault(
                "RemoteMissing",
                _source,
                $"{Folder} has no remote '{_source.Remote}'.",
                "Add it (git remote add), or correct 'source.remote' of the target.");
        }

        var reference = $"refs/heads/{_source.Branch}";
        var listed = await _git.RunAsync(ct, "ls-remote", UploadPack, "--exit-code", "--", _source.Remote, reference);
        if (listed.Code == 2)
        {
            throw Fault(
                "RemoteBranchMissing",
                _source,
                $"The remote '{_source.Remote}' has no branch '{_source.Branch}'.",
                "Correct 'source.branch' of the target.");
        }

        if (!listed.Succeeded)
        {
            throw Fault(
                "RemoteUnreachable",
                _source,
                $"The remote '{_source.Remote}' of {Folder} cannot be read: {listed.Error}",
                "Check that it can be reached from here without a password prompt (ssh agent, credential helper).");
        }

        var commit = listed.Output.Split('\t')[0];
        if ((await _git.RunAsync(ct, "cat-file", "-e", $"{commit}^{{commit}}")).Succeeded) return commit;
        var fetched = await _git.RunAsync(
            ct, "fetch", UploadPack, "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--no-recurse-submodules",
            "--refmap=", "--", _source.Remote, reference);
        return fetched.Succeeded
            ? commit
            : throw Fault(
                "RemoteUnreachable",
                _source,
                $"The history of {RemoteBranch} cannot be fetched: {fetched.Error}",
                "Run 'git fetch' there and read its error.");
    }

    public async Task<bool> IsAncestorAsync(string ancestor, string descendant, CancellationToken ct) =>
        (await _git.RunAsync(ct, "merge-base", "--is-ancestor", ancestor, descendant)).Succeeded;

    /// <summary>The number of commits between two commits.</summary>
    public async Task<int> CountAsync(string from, string to, CancellationToken ct) =>
        int.TryParse((await _git.RunAsync(ct, "rev-list", "--count", $"{from}..{to}")).Output, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;

    /// <summary>The changed, added and untracked files, and submodules.</summary>
    public async Task<IReadOnlyList<string>> ChangesAsync(CancellationToken ct)
    {
        var found = await UncommittedFiles.FindAsync(_git, ct);
        return [.. found.Files, .. found.OpenSubmodules];
    }

    public async Task<IReadOnlyList<string>> TagsAsync(CancellationToken ct) =>
        (await _git.RunAsync(ct, "tag", "--points-at", "HEAD")).Lines;

    private static DeployException Fault(string id, SourceSettings source, string message, string remedy) =>
        new(id, FaultCategory.InvalidOperation, message, remedy) { Subject = source.Path };
}
