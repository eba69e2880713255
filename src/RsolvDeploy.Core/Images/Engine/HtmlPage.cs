using System.Net;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Images.Engine;

/// <summary>The page of a proxy or login portal in place of the response of an API.</summary>
internal static partial class HtmlPage
{
    private const int Longest = 200;

    /// <summary>What the page is, with its title; null when the text is no HTML.</summary>
    public static string? Describe(string text)
    {
        if (!text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith('<')) return null;
        string title = TitlePattern().Match(text) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value).Trim() : "";
        return title.Length == 0 ? "an HTML page" : $"an HTML page, '{Shorten(title)}'";
    }

    /// <summary>A text of another program in one line of at most 200 characters.</summary>
    public static string Shorten(string text)
    {
        string clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return clean.Length > Longest ? $"{clean[..Longest]}…" : clean;
    }

    [GeneratedRegex("<title[^>]*>([^<]*)<", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TitlePattern();
}
