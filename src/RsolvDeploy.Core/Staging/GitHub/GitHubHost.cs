namespace RsolvDeploy.Staging.GitHub;

/// <summary>A GitHub: github.com, an Enterprise Server, or a host with data residency.</summary>
/// <param name="Api">The address of its REST API, with a slash at the end.</param>
/// <param name="Name">The host name that the program gh knows it by.</param>
/// <param name="IsServer">Whether it is an Enterprise Server.</param>
internal sealed record GitHubHost(Uri Api, string Name, bool IsServer)
{
    private const string ServerPath = "/api/v3";
    private const string Residency = ".ghe.com";

    /// <summary>The host of a configured address; the address of its pages is accepted for that of its API.</summary>
    public static GitHubHost From(Uri address)
    {
        var path = address.AbsolutePath.TrimEnd('/');
        if (address.IsLoopback) return new GitHubHost(With(address, address.Host, path), address.Authority, IsServer: false);
        if (address.Host is "api.github.com" or "github.com" or "www.github.com")
            return new GitHubHost(GitHubSettings.PublicApi, "github.com", IsServer: false);
        if (!address.Host.EndsWith(Residency, StringComparison.OrdinalIgnoreCase))
            return new GitHubHost(With(address, address.Host, path.Length == 0 ? ServerPath : path), address.Host, IsServer: true);
        var name = address.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase) ? address.Host[4..] : address.Host;
        return new GitHubHost(With(address, $"api.{name}", path), name, IsServer: false);
    }

    private static Uri With(Uri address, string host, string path) =>
        new UriBuilder(address) { Host = host, Path = path + "/", Query = "" }.Uri;
}
