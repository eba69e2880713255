using System.Globalization;
using System.Text.RegularExpressions;
using RsolvDeploy.Dashboards.Models;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Dashboards.Variables;

/// <summary>Makes options of values: selects and cuts them by the regular expression of a variable, and orders them.</summary>
internal static partial class VariableOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>The options of a variable.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="regex">The regular expression, <c>/pattern/flags</c> or a whole pattern; empty for none.</param>
    /// <param name="sort">The order, as the variable has it.</param>
    /// <exception cref="DeployException"><c>VariableInvalid</c>: the expression is none.</exception>
    public static IReadOnlyList<VariableOption> From(IEnumerable<VariableOption> found, string regex, int sort)
    {
        var options = regex.Length == 0 ? found : Select(found, Create(regex));
        return [.. Sort(options.DistinctBy(option => option.Value), sort)];
    }

    /// <summary>The options of a list such as <c>a, b, Name : value</c>.</summary>
    public static IReadOnlyList<VariableOption> FromList(string list) =>
    [
        .. Comma().Split(list).Select(item => item.Replace("\\,", ",", StringComparison.Ordinal).Trim()).Where(item => item.Length > 0)
            .Select(item => Pair().Match(item) is { Success: true } pair
                ? new VariableOption(pair.Groups[1].Value.Trim(), pair.Groups[2].Value.Trim())
                : new VariableOption(item, item)),
    ];

    private static IEnumerable<VariableOption> Select(IEnumerable<VariableOption> found, Regex regex)
    {
        foreach (var option in found)
        {
            Match match;
            try
            {
                match = regex.Match(option.Value);
            }
            catch (RegexMatchTimeoutException e)
            {
                throw Invalid(regex.ToString(), "it takes too long", e);
            }

            if (!match.Success) continue;
            var (value, text) = (match.Groups["value"], match.Groups["text"]);
            if (value.Success || text.Success)
            {
                yield return new VariableOption(text.Success ? text.Value : value.Value, value.Success ? value.Value : text.Value);
            }
            else
            {
                yield return match.Groups.Count > 1 && match.Groups[1].Success
                    ? new VariableOption(match.Groups[1].Value, match.Groups[1].Value)
                    : option;
            }
        }
    }

    private static Regex Create(string text)
    {
        var end = text.LastIndexOf('/');
        var (pattern, flags) = text[0] == '/' && end > 0 ? (text[1..end], text[(end + 1)..]) : ($"^{text}$", "");
        var options = RegexOptions.CultureInvariant
            | (flags.Contains('i', StringComparison.Ordinal) ? RegexOptions.IgnoreCase : RegexOptions.None)
            | (flags.Contains('m', StringComparison.Ordinal) ? RegexOptions.Multiline : RegexOptions.None)
            | (flags.Contains('s', StringComparison.Ordinal) ? RegexOptions.Singleline : RegexOptions.None);
        try
        {
            return new Regex(pattern, options, Longest);
        }
        catch (ArgumentException e)
        {
            throw Invalid(text, e.Message, e);
        }
    }

    private static IEnumerable<VariableOption> Sort(IEnumerable<VariableOption> options, int sort)
    {
        var ascending = ((sort + 1) / 2) switch
        {
            1 => options.OrderBy(option => option.Text, StringComparer.Ordinal),
            2 => options.OrderBy(option => FirstNumber(option.Text)),
            3 => options.OrderBy(option => option.Text, StringComparer.OrdinalIgnoreCase),
            4 => options.OrderBy(option => Number().Replace(option.Text, digits => digits.Value.PadLeft(20, '0')), StringComparer.Ordinal),
            _ => options,
        };
        return sort > 0 && sort % 2 == 0 ? ascending.Reverse() : ascending;
    }

    private static double FirstNumber(string text) =>
        Number().Match(text) is { Success: true } match
        && double.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    private static DeployException Invalid(string regex, string reason, Exception inner) =>
        new("VariableInvalid", FaultCategory.InvalidData, $"The regular expression {regex} of a variable cannot be used: {reason}.",
            "Correct the variable in the dashboard.", inner);

    [GeneratedRegex(@"(?<!\\),", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Comma();

    [GeneratedRegex("^(.+?) : (.+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Pair();

    [GeneratedRegex("[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
