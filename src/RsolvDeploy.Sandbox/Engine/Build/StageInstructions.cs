using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RsolvDeploy.Sandbox.Images;

namespace RsolvDeploy.Sandbox.Engine.Build;

/// <summary>Applies the instructions that change an image's configuration and no files.</summary>
internal static partial class StageInstructions
{
    /// <summary>Resolves a folder as WORKDIR does: relative to the current one.</summary>
    public static string Resolve(StageState state, string folder) =>
        "/" + TarFiles.Normalize(folder.StartsWith('/') ? folder : $"{state.WorkingDirectory}/{folder}");

    public static void Apply(Instruction instruction, StageState state, string argumentValue)
    {
        string text = instruction.Arguments;
        var config = state.Config;
        switch (instruction.Keyword)
        {
            case "ARG":
                state.Arguments[text.Split('=')[0].Trim()] = argumentValue;
                break;
            case "ENV":
                foreach (var (name, value) in Pairs(text, state))
                    state.SetEnvironment(name, value);
                break;
            case "LABEL":
                foreach (var (name, value) in Pairs(text, state))
                    state.SetIn("Labels", name, value);
                break;
            case "CMD":
                config["Cmd"] = Command(text, state);
                break;
            case "ENTRYPOINT":
                config["Entrypoint"] = Command(text, state);
                // The command of the base image belongs to its entry point.
                config.Remove("Cmd");
                break;
            case "EXPOSE":
                foreach (string port in Words.Split(text, state.Variable))
                    state.SetIn("ExposedPorts", port.Contains('/', StringComparison.Ordinal) ? port : port + "/tcp", new JsonObject());
                break;
            case "VOLUME":
                foreach (string path in Dockerfile.ReadJsonForm(text) ?? [.. Words.Split(text, state.Variable)])
                    state.SetIn("Volumes", path, new JsonObject());
                break;
            case "WORKDIR":
                config["WorkingDir"] = Resolve(state, Words.Expand(text, state.Variable));
                break;
            case "USER":
                config["User"] = Words.Expand(text, state.Variable);
                break;
            case "STOPSIGNAL":
                config["StopSignal"] = Words.Expand(text, state.Variable);
                break;
            case "SHELL":
                config["Shell"] = Strings(
                    Dockerfile.ReadJsonForm(text) ?? throw new BuildException("SHELL requires the arguments to be in JSON form"));
                break;
            case "HEALTHCHECK":
                config["Healthcheck"] = Healthcheck(instruction);
                break;
            case "MAINTAINER":
                state.Author = text;
                break;
            default:
                // RUN, COPY and ADD change files, not the configuration.
                break;
        }
    }

    private static JsonArray Command(string text, StageState state) => Strings(Dockerfile.ReadJsonForm(text) ?? [.. state.ShellForm, text]);

    private static List<(string Name, string Value)> Pairs(string text, StageState state)
    {
        var words = Words.Split(text, state.Variable);
        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            // The old form: a name, and the rest is its value.
            int space = text.AsSpan().IndexOfAny(' ', '\t');
            return space > 0
                ? [(words[0], Words.Expand(text[space..].Trim(), state.Variable))]
                : throw new BuildException($"{text}: a name and a value are required");
        }

        return [.. words.Select(w => w.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? (w[..at], w[(at + 1)..])
            : throw new BuildException($"Syntax error - can't find = in \"{w}\". Must be of the form: name=value"))];
    }

    private static JsonObject Healthcheck(Instruction instruction)
    {
        string text = instruction.Arguments;
        if (text == "NONE")
            return new JsonObject { ["Test"] = new JsonArray("NONE") };
        if (!text.StartsWith("CMD ", StringComparison.Ordinal))
            throw new BuildException($"Unknown type \"{text.Split(' ')[0]}\" in HEALTHCHECK (try CMD)");
        string command = text["CMD ".Length..].Trim();
        var check = new JsonObject
        {
            ["Test"] = Dockerfile.ReadJsonForm(command) is { } list ? Strings(["CMD", .. list]) : Strings(["CMD-SHELL", command]),
        };
        foreach (var (flag, key) in (ReadOnlySpan<(string, string)>)
        [
            ("interval", "Interval"),
            ("timeout", "Timeout"),
            ("start-period", "StartPeriod"),
        ])
        {
            if (instruction.Flags.TryGetValue(flag, out string? value))
                check[key] = Nanoseconds(value);
        }

        if (instruction.Flags.TryGetValue("retries", out string? retries)
            && int.TryParse(retries, NumberStyles.None, CultureInfo.InvariantCulture, out int times))
        {
            check["Retries"] = times;
        }

        return check;
    }

    private static long Nanoseconds(string duration) => DurationPattern().Matches(duration).Sum(m =>
        (long)(double.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * m.Groups[2].Value switch
        {
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            _ => 3600e9,
        }));

    private static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(ms|s|m|h)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DurationPattern();
}
