using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>A parsed Dockerfile.</summary>
internal sealed partial record Dockerfile(IReadOnlyList<Instruction> GlobalArguments, IReadOnlyList<Stage> Stages)
{
    private static readonly HashSet<string> Keywords = new(
        [
            "FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER", "WORKDIR", "ARG",
            "STOPSIGNAL", "HEALTHCHECK", "SHELL",
        ],
        StringComparer.Ordinal);

    public static Dockerfile Parse(string text)
    {
        var globals = new List<Instruction>();
        var stages = new List<(string? Name, string Base, List<Instruction> Instructions)>();
        foreach (var instruction in ReadInstructions(text))
        {
            if (instruction.Keyword == "FROM")
            {
                string[] words = instruction.Arguments.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                bool named = words.Length == 3 && words[1].Equals("as", StringComparison.OrdinalIgnoreCase);
                if (words.Length != 1 && !named)
                    throw Error(instruction.Line, "FROM requires either one or three arguments");
                stages.Add((named ? words[2] : null, words[0], []));
            }
            else if (stages.Count > 0)
            {
                stages[^1].Instructions.Add(instruction);
            }
            else if (instruction.Keyword == "ARG")
            {
                globals.Add(instruction);
            }
            else
            {
                throw Error(instruction.Line, "no build stage in current context");
            }
        }

        if (stages.Count == 0)
            throw new BuildException("the Dockerfile cannot be empty");
        return new Dockerfile(globals, [.. stages.Select((s, i) => new Stage(i, s.Name, s.Base, s.Instructions))]);
    }

    /// <summary>The list of a JSON array, or null when the arguments are in the shell's form.</summary>
    public static string[]? ReadJsonForm(string arguments)
    {
        if (!arguments.StartsWith('['))
            return null;
        try
        {
            return JsonSerializer.Deserialize<string[]>(arguments);
        }
        catch (JsonException)
        {
            // As docker does: if it is not JSON, it is a shell command that begins with a bracket.
            return null;
        }
    }

    private static IEnumerable<Instruction> ReadInstructions(string text)
    {
        string[] lines = text.TrimStart('\uFEFF').Split('\n');
        char escape = Directive(lines);
        for (int i = 0; i < lines.Length; i++)
        {
            int start = i + 1;
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var whole = new StringBuilder();
            while (line.EndsWith(escape))
            {
                whole.Append(line, 0, line.Length - 1);
                // Comments and empty lines within a continued instruction do not end it.
                do
                {
                    i++;
                    line = i < lines.Length ? lines[i].Trim() : "";
                }
                while (i < lines.Length && (line.Length == 0 || line[0] == '#'));
            }

            yield return ReadInstruction(whole.Append(line).ToString(), start);
        }
    }

    private static Instruction ReadInstruction(string text, int line)
    {
        var match = InstructionPattern().Match(text);
        string keyword = match.Groups[1].Value.ToUpperInvariant();
        string rest = match.Groups[2].Value.Trim();
        if (!Keywords.Contains(keyword))
            throw Error(line, $"unknown instruction: {match.Groups[1].Value}");

        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        while (FlagPattern().Match(rest) is { Success: true } flag)
        {
            flags[flag.Groups[1].Value] = flag.Groups[2].Value;
            rest = rest[flag.Length..].TrimStart();
        }

        if (rest.Length == 0)
            throw Error(line, $"{keyword} requires at least one argument");
        if (keyword is "RUN" or "COPY" or "ADD" && rest.Contains("<<", StringComparison.Ordinal))
            throw Error(line, "the sandbox does not read here-documents");
        return new Instruction(keyword, flags, rest, line);
    }

    private static char Directive(string[] lines)
    {
        foreach (string line in lines.TakeWhile(l => l.StartsWith('#')))
        {
            if (EscapePattern().Match(line) is { Success: true } match)
                return match.Groups[1].Value[0];
        }

        return '\\';
    }

    private static BuildException Error(int line, string message) => new($"dockerfile parse error on line {line}: {message}");

    [GeneratedRegex(@"^(\S+)\s*(.*)$", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex InstructionPattern();

    [GeneratedRegex(@"^--([a-z-]+)(?:=(\S*))?(?=\s|$)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FlagPattern();

    [GeneratedRegex(@"^#\s*escape\s*=\s*([\\`])\s*$", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EscapePattern();
}
