using RsolvDeploy.Errors;
using RsolvDeploy.Programs;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>A token of GitHub.</summary>
/// <param name="Value">The token; never shown.</param>
/// <param name="Source">Where it is from, for people.</param>
internal sealed record GitHubToken(string Value, string Source)
{
    private static readonly string[] Public = ["GH_TOKEN", "GITHUB_TOKEN"];
    private static readonly string[] Server = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Finds it: a given one, the configured variable, the variables of the program gh, or that program.</summary>
    /// <param name="host">The GitHub that it is for.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="given">The one that the operator gave; null for none.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException"><c>GitHubTokenMissing</c>.</exception>
    public static async Task<GitHubToken> FindAsync(
        GitHubHost host, GitHubSettings settings, string? given, Func<string, string?> variable, CancellationToken ct)
    {
        if (given is { Length: > 0 }) return new GitHubToken(given, "-Credential");
        // A configured variable is the operator's choice: no other token is used in its place.
        string[] names = settings.TokenEnvironmentVariable is { } configured ? [configured] : host.IsServer ? Server : Public;
        if (names.FirstOrDefault(name => variable(name) is { Length: > 0 }) is { } found)
            return new GitHubToken(variable(found)!.Trim(), $"the environment variable {found}");
        if (settings.TokenEnvironmentVariable is null && await AskProgramAsync(host, ct) is { } stored)
            return new GitHubToken(stored, $"gh auth token --hostname {host.Name}");
        throw new DeployException(
            "GitHubTokenMissing",
            FaultCategory.AuthenticationError,
            $"There is no token for {host.Name}: {string.Join(" and ", names)} {(names.Length == 1 ? "is" : "are")} not set"
                + $"{(settings.TokenEnvironmentVariable is null ? ", and the program gh has none" : "")}.",
            $"Set {names[0]}, run 'gh auth login --hostname {host.Name}', or specify -Credential with the token as the password.")
        { Subject = host.Name };
    }

    private static async Task<string?> AskProgramAsync(GitHubHost host, CancellationToken ct)
    {
        try
        {
            var start = new ProgramStart("gh", ["auth", "token", "--hostname", host.Name]) { Limit = Limit };
            var result = await ChildProcess.RunAsync(start, TimeProvider.System, ct);
            return result.Succeeded && result.Output.Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception e) when (e is ProgramStartException or TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Its source; never the value.</summary>
    public override string ToString() => Source;
}
