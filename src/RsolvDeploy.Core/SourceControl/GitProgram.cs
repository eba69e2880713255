using System.Collections.Frozen;
using System.Text.RegularExpressions;
using RsolvDeploy.Errors;
using RsolvDeploy.Programs;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.SourceControl;

/// <summary>Runs the git program, which never prompts and takes no optional locks.</summary>
/// <param name="folder">The work tree, or a folder in it.</param>
/// <param name="program">The program: a name to find on the PATH, or an absolute path.</param>
internal sealed partial class GitProgram(string folder, string program = "git")
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // An older one ignores GIT_CONFIG_COUNT, and would run the commands that a repository names.
    private static readonly Version Oldest = new(2, 31);

    private static readonly FrozenDictionary<string, string> DefaultVariables = new Dictionary<string, string>
    {
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["LC_ALL"] = "C",
        ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes",
        // A partial clone would fetch what it lacks by whatever program its configuration names.
        ["GIT_NO_LAZY_FETCH"] = "1",
    }.ToFrozenDictionary();

    // What the operator may set to reach the remote.
    private static readonly FrozenSet<string> Kept =
        new[] { "GIT_SSH_COMMAND", "GIT_SSH", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS" }
            .ToFrozenSet(StringComparer.Ordinal);

    // A repository may name commands for git to run; none of them is wanted here.
    private static readonly string[] Safe =
    [
        "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=", "-c", "core.pager=cat",
        "-c", "protocol.ext.allow=never", "-c", "core.askPass=", "-c", "log.showSignature=false",
    ];

    // The commands that are to reach the remote.
    private static readonly FrozenSet<string> Remote = new[] { "ls-remote", "fetch" }.ToFrozenSet(StringComparer.Ordinal);

    private Dictionary<string, string?>? _overrides;

    /// <summary>The work tree, or a folder in it.</summary>
    public string Folder => folder;

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
    /// <exception cref="DeployException"><c>GitMissing</c>, <c>GitTooOld</c>, <c>GitTimedOut</c>.</exception>
    public async Task<GitResult> RunAsync(CancellationToken ct, params string[] arguments)
    {
        _overrides ??= await ReadOverridesAsync(ct);
        return await StartAsync(arguments, ct);
    }

    private async Task<Dictionary<string, string?>> ReadOverridesAsync(CancellationToken ct)
    {
        var shown = (await StartAsync(["version"], ct)).Output;
        var number = Number().Match(shown);
        if (!number.Success || Version.Parse(number.Value) < Oldest)
        {
            throw new DeployException(
                "GitTooOld",
                FaultCategory.InvalidOperation,
                $"git is too old: '{shown}'. Before {Oldest} it runs commands that a repository names.",
                $"Install git {Oldest} or newer, and check that it comes first on the PATH.")
            { Subject = program };
        }

        return RepositoryCommands.Override(
            (await StartAsync(["config", "--null", "--show-scope", "--name-only", "--get-regexp", RepositoryCommands.Names], ct)).Output);
    }

    private async Task<GitResult> StartAsync(string[] arguments, CancellationToken ct)
    {
        var variables = WithoutRedirections();
        foreach (var (name, value) in _overrides ?? []) variables[name] = value;
        // A git that does not know GIT_NO_LAZY_FETCH (before 2.39.4) may then reach no remote at all.
        if (!arguments.Any(Remote.Contains)) variables["GIT_ALLOW_PROTOCOL"] = "none";
        var start = new ProgramStart(program, ["-C", folder, .. Safe, .. arguments])
        {
            DefaultVariables = DefaultVariables,
            Variables = variables,
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

    // A variable of the surrounding process, of a git hook for instance, could lead git to another repository or another index.
    private static Dictionary<string, string?> WithoutRedirections() => Environment.GetEnvironmentVariables().Keys.OfType<string>()
        .Where(name => name.StartsWith("GIT_", StringComparison.Ordinal) && !Kept.Contains(name))
        .ToDictionary(name => name, _ => (string?)null);

    // A remote's address may hold a password.
    private static string Shown(string line) =>
        CredentialDetector.Recognize(line) is { } what ? $"(its message holds {what} and is not shown)" : line;

    [GeneratedRegex(@"\d{1,4}\.\d{1,4}", RegexOptions.None, 1000)]
    private static partial Regex Number();
}
