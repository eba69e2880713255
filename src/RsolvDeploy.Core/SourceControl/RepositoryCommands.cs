using System.Globalization;

namespace RsolvDeploy.SourceControl;

/// <summary>
/// Settings of a repository that name commands for git to run (filters of files, helpers of credentials), or that lead its requests and
/// cookies elsewhere. Their names are open, so that they have to be read before they can be overridden. Those of the user and of the
/// machine stay.
/// </summary>
internal static class RepositoryCommands
{
    /// <summary>Their names, as an expression of <c>git config</c>, which writes their first and last parts in lower case.</summary>
    public const string Names =
        @"^(filter\..*\.(clean|smudge|process)|credential\.(.*\.)?helper|core\.(gitproxy|alternaterefscommand|sshcommand)"
            + @"|diff\..*\.(command|textconv)"
            + @"|hook\..*\.(command|event|enabled)"
            + @"|http\.(.*\.)?(sslverify|proxy|curloptresolve|cookiefile|savecookies)|remote\..*\.proxy)$";

    /// <summary>The variables that override them.</summary>
    /// <param name="listed">The output of <c>git config --null --show-scope --name-only</c>: a scope and a name, in turn.</param>
    public static Dictionary<string, string?> Override(string listed)
    {
        var parts = listed.Split('\0');
        var own = Enumerable.Range(0, parts.Length / 2)
            .Where(index => parts[2 * index] is "local" or "worktree")
            .Select(index => parts[(2 * index) + 1])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        // A hook of the configuration (git 2.54) is off by a setting that the repository may not have.
        own.AddRange([.. own.Where(name => name.StartsWith("hook.", StringComparison.Ordinal))
            .Select(name => $"{name[..name.LastIndexOf('.')]}.enabled").Except(own, StringComparer.Ordinal)]);
        var variables = new Dictionary<string, string?>();
        if (own.Count == 0) return variables;
        variables["GIT_CONFIG_COUNT"] = Number(own.Count);
        for (var index = 0; index < own.Count; index++)
        {
            variables[$"GIT_CONFIG_KEY_{Number(index)}"] = own[index];
            variables[$"GIT_CONFIG_VALUE_{Number(index)}"] = Harmless(own[index]);
        }

        return variables;
    }

    // Without a value git does nothing there; an empty sslVerify would be false, and a hook without a command is an error.
    private static string Harmless(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "sslverify" => "true",
        "enabled" => "false",
        "command" when name.StartsWith("hook.", StringComparison.Ordinal) => ":",
        _ => "",
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
