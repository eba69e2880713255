namespace RsolvDeploy.Host;

/// <summary>The command line: a script file, a command, or neither for a prompt.</summary>
/// <param name="File">Full path of the script to run; null for none.</param>
/// <param name="Command">Script text to run; null for none.</param>
/// <param name="Rest">Arguments of the script.</param>
internal sealed record Arguments(string? File, string? Command, IReadOnlyList<string> Rest)
{
    /// <summary>Parses the command line.</summary>
    /// <returns>The arguments, or null when they are invalid.</returns>
    public static Arguments? Parse(IReadOnlyList<string> words)
    {
        if (words.Count == 0) return new Arguments(null, null, []);
        var option = words[0].ToUpperInvariant();
        return option switch
        {
            "-FILE" when words.Count > 1 => new Arguments(Path.GetFullPath(words[1]), null, [.. words.Skip(2)]),
            "-COMMAND" or "-C" when words.Count > 1 => new Arguments(null, string.Join(' ', words.Skip(1)), []),
            _ when !option.StartsWith('-') => new Arguments(Path.GetFullPath(words[0]), null, [.. words.Skip(1)]),
            _ => null,
        };
    }

    /// <summary>Prints the usage of the program.</summary>
    /// <returns>Exit code 64: the command line is invalid.</returns>
    public static int ShowUsage()
    {
        Console.Error.WriteLine(
            """
            Runs PowerShell with RsolvDeploy imported, where only the .NET SDK is.
              RsolvDeploy.Host                          a prompt
              RsolvDeploy.Host -File script.ps1 [arg]…  a script; its exit code becomes this program's
              RsolvDeploy.Host -Command text            a command
            """);
        return 64;
    }
}
