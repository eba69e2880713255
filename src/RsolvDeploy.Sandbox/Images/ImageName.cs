using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Images;

/// <summary>The parts of an image's name: <c>host/path:tag@digest</c>.</summary>
internal sealed partial record ImageName(string? Host, string Path, string? Tag, string? Digest)
{
    /// <summary>Host and path as given, without tag and digest.</summary>
    public string Familiar => Host is null ? Path : $"{Host}/{Path}";

    /// <summary>The tag, or <c>latest</c> when neither tag nor digest was named.</summary>
    public string TagOrLatest => Tag ?? "latest";

    /// <summary>The name as the engine lists it: <c>host/path:tag</c>.</summary>
    public string Tagged => $"{Familiar}:{TagOrLatest}";

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageName? name)
    {
        name = null;
        string rest = text;
        string? digest = null;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (!Images.Digest.IsValid(digest))
                return false;
        }

        string? host = null;
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && (rest.AsSpan(0, slash).ContainsAny('.', ':') || rest[..slash] == "localhost"))
        {
            host = rest[..slash];
            rest = rest[(slash + 1)..];
        }

        string? tag = null;
        int colon = rest.LastIndexOf(':');
        if (colon >= 0)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!IsTag(tag))
                return false;
        }

        if (!IsRepository(rest))
            return false;
        if (host is "docker.io" or "index.docker.io")
        {
            host = null;
            rest = rest.StartsWith("library/", StringComparison.Ordinal) ? rest["library/".Length..] : rest;
        }

        name = new ImageName(host, rest, tag, digest);
        return true;
    }

    public static bool IsRepository(string text) => RepositoryPattern().IsMatch(text);

    public static bool IsTag(string text) => TagPattern().IsMatch(text);

    [GeneratedRegex(
        "^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TagPattern();
}
