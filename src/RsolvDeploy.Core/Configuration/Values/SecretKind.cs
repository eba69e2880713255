using System.Globalization;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Configuration.Values;

/// <summary>Decides whether a value is of its kind. Neither the value nor a part of it is ever shown.</summary>
internal static class SecretKind
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    /// <summary>Why it is not; null when it is.</summary>
    public static string? FindProblem(string kind, string value)
    {
        if (value.Length == 0) return "it is empty";
        if (value.Trim().Length == 0) return "it holds nothing but white space";
        var (name, argument) = Split(kind);
        return name switch
        {
            "non-empty" => null,
            "url" => IsAddress(value, []) ? null : "it is no URL",
            "postgres-url" =>
                IsAddress(value, ["postgres", "postgresql", "ecto"]) ? null : "it is no postgres URL with a host and a database",
            "redis-url" => IsAddress(value, ["redis", "rediss"]) ? null : "it is no redis URL",
            "hex" => value.Length < Number(argument) ? $"it has {value.Length} characters, {argument} or more are needed"
                : value.All(char.IsAsciiHexDigit) ? null
                : "it holds other characters than hexadecimal digits",
            "length" => value.Length < Number(argument) ? $"it has {value.Length} characters, {argument} or more are needed" : null,
            "base64" => Decoded(value) is not { } bytes ? "it is no base64"
                : argument is not null && bytes < Number(argument) ? $"it decodes to {bytes} bytes, {argument} or more are needed"
                : null,
            "pattern" => Matches(argument ?? "", value),
            _ => $"'{kind}' is no kind that is known",
        };
    }

    /// <summary>How many characters a value of the kind has at least.</summary>
    public static int LeastCharacters(string kind) => Split(kind) is ("hex" or "length", { } argument) ? Math.Max(1, Number(argument)) : 1;

    private static (string Name, string? Argument) Split(string kind) =>
        kind.IndexOf('(', StringComparison.Ordinal) is > 0 and var at && kind.EndsWith(')')
            ? (kind[..at], kind[(at + 1)..^1])
            : (kind, null);

    private static int Number(string? text) => int.Parse(text ?? "0", CultureInfo.InvariantCulture);

    private static int? Decoded(string value)
    {
        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value.Trim(), bytes, out var count) ? count : null;
    }

    private static bool IsAddress(string value, string[] schemes) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Host.Length > 0
        && (schemes.Length == 0
            || (schemes.Contains(address.Scheme)
                && (address.Scheme.StartsWith("redis", StringComparison.Ordinal) || address.AbsolutePath.Length > 1)));

    private static string? Matches(string pattern, string value)
    {
        try
        {
            return Regex.IsMatch(value, pattern, RegexOptions.None, PatternLimit) ? null : "it does not match its pattern";
        }
        catch (RegexMatchTimeoutException)
        {
            return $"its pattern took longer than {PatternLimit.TotalSeconds:0} s";
        }
    }
}
