namespace RsolvDeploy.Images.Registry;

/// <summary>
/// The keys under which credentials are stored. Docker writes a host, and once wrote addresses such as
/// <c>https://host/v1/</c>; Podman and Kubernetes write <c>host/path</c> too.
/// </summary>
internal static class LoginKeys
{
    /// <summary>The key of Docker Hub, and what its credential helpers are asked for.</summary>
    public const string DockerHub = "https://index.docker.io/v1/";

    /// <summary>What a credential helper is asked for.</summary>
    public static string ForHelper(string host) => host == ImageReference.DockerHub ? DockerHub : host;

    /// <summary>The keys that fit a repository, best first: the longest path that contains it, its host, another path.</summary>
    /// <param name="keys">The keys of the configuration.</param>
    /// <param name="host">The registry's host.</param>
    /// <param name="path">The repository within the registry; empty for none.</param>
    public static IEnumerable<string> Match(IEnumerable<string> keys, string host, string path)
    {
        string exact = ForHelper(host);
        return keys.Select(key => (Key: key, Place: Split(key)))
            .Where(one => one.Place.Host.Equals(host, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(one => Rank(one.Place.Path, path))
            .ThenByDescending(one => one.Key == exact)
            .Select(one => one.Key);
    }

    private static int Rank(string stored, string path) =>
        stored.Length == 0 ? 0
        : path == stored || path.StartsWith($"{stored}/", StringComparison.Ordinal) ? stored.Length
        : -1;

    private static (string Host, string Path) Split(string key)
    {
        string bare = key.Trim();
        int scheme = bare.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0) bare = bare[(scheme + 3)..];
        string[] parts = bare.Split('/', 2);
        string path = parts.Length > 1 ? parts[1].Trim('/') : "";
        string host = parts[0] is "index.docker.io" or "registry-1.docker.io" ? ImageReference.DockerHub : parts[0];
        return (host, path is "v1" or "v2" ? "" : path);
    }
}
