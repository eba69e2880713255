namespace RsolvDeploy.Host;

/// <summary>What the program was asked to do: a script file, a command, or a prompt when neither is given.</summary>
/// <param name="File">Full path of the script to run; null for none.</param>
/// <param name="Command">Script text to run; null for none.</param>
/// <param name="Rest">Arguments handed to the script.</param>
internal sealed record Arguments(string? File, string? Command, IReadOnlyList<string> Rest)
{
    /// <summary>Reads the command line.</summary>
    /// <returns>The arguments, or null when they cannot be understood.</returns>
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

    /// <summary>Says how the program is called.</summary>
    /// <returns>Exit code 64: the command line could not be understood.</returns>
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
