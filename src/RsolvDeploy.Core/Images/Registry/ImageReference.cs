using System.Text.RegularExpressions;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Registry;

/// <summary>A name of an image: registry host, path, and a tag or digest.</summary>
/// <param name="Host">The registry's host and port; <c>docker.io</c> when the name has none.</param>
/// <param name="Path">The repository within the registry.</param>
/// <param name="Tag">The tag; null for none.</param>
/// <param name="Digest">The digest (<c>sha256:…</c>); null for none.</param>
internal sealed partial record ImageReference(string Host, string Path, string? Tag, string? Digest)
{
    public const string DockerHub = "docker.io";

    /// <summary>Host and path.</summary>
    public string Repository => $"{Host}/{Path}";

    /// <summary>The version to request from the registry: the digest, or else the tag.</summary>
    public string Version => Digest ?? Tag ?? "latest";

    /// <summary>Its package URL (purl, type <c>oci</c>): the digest is the version; without one the tag is a qualifier.</summary>
    public string PackageUrl => $"pkg:oci/{Path.Split('/')[^1]}{(Digest is null ? "" : $"@{Uri.EscapeDataString(Digest)}")}"
        + $"?repository_url={Uri.EscapeDataString(Repository)}{(Digest is null ? $"&tag={Version}" : "")}";

    /// <summary>Reads a full name.</summary>
    /// <exception cref="DeployException"><c>ImageReferenceInvalid</c> or <c>DigestInvalid</c>.</exception>
    public static ImageReference Parse(string text)
    {
        string end = text[(text.LastIndexOf('@') + 1)..];
        // Without its '@' a malformed digest would be a tag: sha256:abc is docker.io/library/sha256 with the tag abc.
        if (DigestStart().IsMatch(end) && !IsDigest(end)) throw InvalidDigest(end);
        Match match = NamePattern().Match(text);
        if (!match.Success) throw Invalid(text);
        string name = match.Groups["name"].Value;
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : name[..slash];
        // Docker's rule: the first part is a host when it cannot be a user's name.
        bool hasHost = first.Contains('.', StringComparison.Ordinal)
            || first.Contains(':', StringComparison.Ordinal)
            || first == "localhost";
        string host = hasHost ? first : DockerHub;
        string path = hasHost ? name[(slash + 1)..] : name;
        if (host == DockerHub && !path.Contains('/', StringComparison.Ordinal)) path = $"library/{path}";
        if (!PathPattern().IsMatch(path)) throw Invalid(text);
        return new ImageReference(host, path, Group(match, "tag"), Group(match, "digest"));
    }

    /// <summary>Reads a full name, or only a tag or digest of a repository.</summary>
    public static ImageReference Parse(string text, string repository)
    {
        string bare = text.TrimStart(':', '@');
        if (DigestPattern().IsMatch(bare)) return Parse($"{repository}@{bare}");
        return TagPattern().IsMatch(bare) ? Parse($"{repository}:{bare}") : Parse(text);
    }

    public static bool IsTag(string text) => TagPattern().IsMatch(text);

    public static bool IsDigest(string text) => DigestPattern().IsMatch(text);

    public override string ToString() => Repository + (Tag is null ? "" : $":{Tag}") + (Digest is null ? "" : $"@{Digest}");

    private static string? Group(Match match, string name) => match.Groups[name] is { Success: true } group ? group.Value : null;

    private static DeployException Invalid(string text) => new(
        "ImageReferenceInvalid",
        FaultCategory.InvalidArgument,
        $"'{text}' is not the name of an image.",
        "Write it as host/path:tag or host/path@sha256:…; the path in lower case.")
    { Subject = text };

    private static DeployException InvalidDigest(string text) => new(
        "DigestInvalid",
        FaultCategory.InvalidArgument,
        $"'{text}' is not the digest of an image.",
        "Specify sha256: and 64 hexadecimal digits in lower case. Get-RsolvHistory lists the digests of the releases.")
    { Subject = text };

    [GeneratedRegex("^sha[0-9]+:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DigestStart();

    [GeneratedRegex(
        @"^(?<name>[A-Za-z0-9.\-_/]+?(:[0-9]+/[A-Za-z0-9.\-_/]+?)?)(:(?<tag>\w[\w.\-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}))?$",
        RegexOptions.ECMAScript,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(
        "^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^\w[\w.\-]{0,127}$", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TagPattern();

    [GeneratedRegex("^sha256:[0-9a-f]{64}$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex DigestPattern();
}
