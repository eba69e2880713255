using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>
/// Simulates RUN, since nothing is executed: <c>echo</c> prints, <c>true</c>, <c>false</c> and <c>exit N</c> return their exit codes,
/// and every other command succeeds.
/// </summary>
internal static partial class ShellCommand
{
    public static (int ExitCode, IReadOnlyList<(bool IsError, string Text)> Output) Simulate(string command)
    {
        var output = new List<(bool, string)>();
        int exitCode = 0;
        bool skip = false;
        foreach (Match match in PartPattern().Matches(command))
        {
            string part = match.Groups["part"].Value.Trim();
            string separator = match.Groups["separator"].Value;
            if (part.Length > 0 && !skip)
            {
                if (part.StartsWith("exit", StringComparison.Ordinal) && ExitPattern().Match(part) is { Success: true } exit)
                {
                    exitCode = exit.Groups[1].Success ? int.Parse(exit.Groups[1].Value, CultureInfo.InvariantCulture) & 0xff : exitCode;
                    return (exitCode, output);
                }

                exitCode = Run(part, output);
            }

            skip = separator switch
            {
                "&&" => exitCode != 0,
                "||" => exitCode == 0,
                _ => false,
            };
        }

        return (exitCode, output);
    }

    private static int Run(string part, List<(bool IsError, string Text)> output)
    {
        if (part == "false")
            return 1;
        if (part.StartsWith("echo ", StringComparison.Ordinal))
        {
            bool isError = part.Contains(">&2", StringComparison.Ordinal);
            string text = RedirectionPattern().Replace(part["echo ".Length..], "");
            // Output redirected into a file is not shown.
            if (!text.Contains('>', StringComparison.Ordinal))
                output.Add((isError, string.Join(' ', Words.Split(text, _ => null))));
        }

        return 0;
    }

    [GeneratedRegex(
        @"(?<part>(?:'[^']*'|""[^""]*""|[^;&|\n]|&(?!&)|\|(?!\|))*)(?<separator>&&|\|\||;|\n|$)",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"^exit(?:\s+(\d+))?$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ExitPattern();

    [GeneratedRegex(@"\s*[12]?>&[12]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex RedirectionPattern();
}
