using System.Collections.Frozen;
using RsolvDeploy.Errors;
using RsolvDeploy.Programs;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.SourceControl;

/// <summary>Runs the git program, which never prompts and takes no optional locks.</summary>
/// <param name="folder">The work tree.</param>
internal sealed class GitProgram(string folder)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly FrozenDictionary<string, string> Variables = new Dictionary<string, string>
    {
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["LC_ALL"] = "C",
        ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes",
    }.ToFrozenDictionary();

    /// <summary>The result of a run.</summary>
    /// <param name="Code">Its exit code.</param>
    /// <param name="Output">Its output, without the last line break.</param>
    /// <param name="Error">The last line of its standard error; never with a credential.</param>
    internal sealed record GitResult(int Code, string Output, string Error)
    {
        public bool Succeeded => Code == 0;

        public IReadOnlyList<string> Lines => Output.Length == 0 ? [] : Output.Split('\n');
    }

    /// <summary>Runs git.</summary>
    /// <exception cref="DeployException"><c>GitMissing</c>, <c>GitTimedOut</c>.</exception>
    public async Task<GitResult> RunAsync(CancellationToken ct, params string[] arguments)
    {
        var start = new ProgramStart("git", ["-C", folder, "-c", "core.fsmonitor=false", .. arguments])
        {
            DefaultVariables = Variables,
            Limit = Limit,
        };
        try
        {
            var git = await ChildProcess.RunAsync(start, TimeProvider.System, ct);
            return new GitResult(git.ExitCode, git.Output.TrimEnd('\n'), Shown(git.LastError));
        }
        catch (ProgramStartException e)
        {
            throw new DeployException(
                "GitMissing",
                FaultCategory.ObjectNotFound,
                $"The git program cannot be started: {e.Reason}",
                "Install git, and check that it is on the PATH.",
                e);
        }
        catch (TimeoutException)
        {
            throw new DeployException(
                "GitTimedOut",
                FaultCategory.OperationTimeout,
                $"git did not end within {Limit.TotalSeconds:0} s: git {arguments[0]} in {folder}.",
                "Check that the remote can be reached from here.")
            {
                Subject = folder,
            };
        }
    }

    // A remote's address may hold a password.
    private static string Shown(string line) =>
        CredentialDetector.Recognize(line) is { } what ? $"(its message holds {what} and is not shown)" : line;
}
