using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Images.Build;

/// <summary>
/// A <c>--chmod</c> of <c>COPY</c> or <c>ADD</c> that BuildKit before 0.16 ignores without an error: the image would have the modes of the
/// context.
/// </summary>
/// <param name="Instruction">The instruction, as the Dockerfile has it.</param>
/// <param name="Feature">What the builder has to know.</param>
internal sealed partial record IgnoredMode(string Instruction, DockerfileFeature Feature)
{
    private const string Frontend = "docker/dockerfile:1.";

    // Docker Engine 27.3 is the first with BuildKit 0.16, which refuses what it cannot read. Before 18.09 there is no BuildKit.
    private static readonly Version FirstStrict = new(27, 3);
    private static readonly Version First = new(18, 9);

    // The frontend that is the first to refuse.
    private const int FirstStrictFrontend = 10;

    /// <summary>Finds the first one; null when the builder applies or refuses every mode.</summary>
    /// <param name="dockerfile">The text of the Dockerfile.</param>
    /// <param name="engine">The version of the engine, such as <c>20.10.24+dfsg1 linux/amd64</c>.</param>
    public static IgnoredMode? Find(string dockerfile, string engine)
    {
        if (!IgnoresModes(dockerfile, engine)) return null;
        foreach (Match match in ModePattern().Matches(ContinuationPattern().Replace(dockerfile, " ")))
        {
            var mode = match.Groups["mode"].Value;
            if (mode.All(one => one is >= '0' and <= '7')) continue;
            return new IgnoredMode(
                match.Value.Trim(),
                mode.Contains('$', StringComparison.Ordinal) ? DockerfileFeature.VariableMode : DockerfileFeature.SymbolicMode);
        }

        return null;
    }

    // The frontend that the first line names decides, and the engine's own without such a line.
    private static bool IgnoresModes(string dockerfile, string engine)
    {
        if (SyntaxPattern().Match(dockerfile) is { Success: true } syntax)
        {
            var name = syntax.Groups["image"].Value;
            var at = name.IndexOf(Frontend, StringComparison.Ordinal);
            if (at < 0) return false;
            var digits = string.Concat(name[(at + Frontend.Length)..].TakeWhile(char.IsAsciiDigit));
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor < FirstStrictFrontend;
        }

        var number = string.Concat(engine.TakeWhile(one => char.IsAsciiDigit(one) || one == '.')).TrimEnd('.');
        return Version.TryParse(number, out var version) && version >= First && version < FirstStrict;
    }

    [GeneratedRegex(
        @"^[ \t]*(ONBUILD[ \t]+)?(COPY|ADD)[ \t]+(--\S+[ \t]+)*?--chmod=(?<mode>\S+).*$",
        RegexOptions.IgnoreCase | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ModePattern();

    [GeneratedRegex(@"\\[ \t]*\r?\n", RegexOptions.NonBacktracking)]
    private static partial Regex ContinuationPattern();

    [GeneratedRegex(
        @"\A\uFEFF?(\s*#.*\n)*?\s*#[ \t]*syntax[ \t]*=[ \t]*(?<image>\S+)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SyntaxPattern();
}
