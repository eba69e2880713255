using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// What a Dockerfile uses that the frontend of an old engine, or the classic builder, does not know. Their errors do not name it.
/// </summary>
/// <param name="Name">How people name it.</param>
/// <param name="Syntax">The version of the Dockerfile syntax that has it first.</param>
/// <param name="Engine">The Docker Engine that has it first; null for none yet.</param>
internal sealed partial record DockerfileFeature(string Name, string Syntax, string? Engine)
{
    /// <summary>A mode such as <c>u+x</c>.</summary>
    public static readonly DockerfileFeature SymbolicMode = new("a mode of --chmod that is not octal", "1.14", "28.0");

    /// <summary>A mode that a variable holds.</summary>
    public static readonly DockerfileFeature VariableMode = new("a variable as the mode of --chmod", "1.10", "27.3");

    private static readonly DockerfileFeature Heredoc = new("a heredoc", "1.4", "23.0");

    private static readonly DockerfileFeature Replacement = new("a variable with a pattern (${name#pattern})", "1.7", "26.0");

    private static readonly FrozenDictionary<string, DockerfileFeature> Options = new Dictionary<string, DockerfileFeature>
    {
        ["mount"] = new("the option --mount", "1.2", "20.10"),
        ["network"] = new("the option --network", "1.3", "23.0"),
        ["chmod"] = new("the option --chmod", "1.2", "20.10"),
        ["link"] = new("the option --link", "1.4", "23.0"),
        ["checksum"] = new("the option --checksum", "1.6", "24.0"),
        ["keep-git-dir"] = new("the option --keep-git-dir", "1.6", "24.0"),
        ["exclude"] = new("the option --exclude", "1.19", "28.5"),
        ["parents"] = new("the option --parents", "1.20", null),
        ["device"] = new("the option --device", "1.14-labs", null),
        ["unpack"] = new("the option --unpack", "1.17", "28.5"),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the builder of a failed build does not know; null when the error is another one.</summary>
    /// <param name="error">The error of the builder.</param>
    /// <param name="dockerfile">The text of the Dockerfile.</param>
    public static DockerfileFeature? Find(string error, string dockerfile)
    {
        foreach (Match match in OptionPattern().Matches(error))
            if (Options.TryGetValue(match.Groups["name"].Value, out DockerfileFeature? option)) return option;
        if (error.Contains("invalid chmod parameter", StringComparison.OrdinalIgnoreCase)) return SymbolicMode;
        if (SubstitutionPattern().IsMatch(error)) return Replacement;
        return error.Contains("unknown instruction", StringComparison.OrdinalIgnoreCase) && HeredocPattern().IsMatch(dockerfile)
            ? Heredoc
            : null;
    }

    /// <summary>What to do about it.</summary>
    /// <param name="classic">Whether the classic builder was used.</param>
    public string Remedy(bool classic)
    {
        string newer = Engine is null ? "" : $", or use Docker Engine {Engine} or later";
        string syntax = $"Write '# syntax=docker/dockerfile:{Syntax}' or a later one as the first line of the Dockerfile{newer}.";
        return classic
            ? $"The classic builder does not know it: build with BuildKit (unset DOCKER_BUILDKIT). {syntax}"
            : $"{syntax} The engine pulls this image; a copy in a registry of your own does as well.";
    }

    // "Unknown flag: link", "unknown flag: --link", "the --chmod option requires BuildKit"
    [GeneratedRegex(
        "unknown flag: -*(?<name>[a-z-]+)|the -*(?<name>[a-z-]+) option requires BuildKit",
        RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OptionPattern();

    // Of an engine of today, and of 20.10.
    [GeneratedRegex(
        @"(unsupported modifier \(.\)|missing ':') in substitution", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SubstitutionPattern();

    [GeneratedRegex(
        @"^\s*(RUN|COPY|ADD)\b.*<<-?[""']?[A-Za-z_]", RegexOptions.IgnoreCase | RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex HeredocPattern();
}
