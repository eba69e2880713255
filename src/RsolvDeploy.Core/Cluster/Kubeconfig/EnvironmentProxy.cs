using System.Globalization;
using System.Net;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>
/// Finds the proxy of <c>HTTPS_PROXY</c> or <c>HTTP_PROXY</c> for a server, unless <c>NO_PROXY</c> excludes it: by address, by network
/// (10.0.0.0/8), by domain with its subdomains, each with or without a port, or all by <c>*</c>. The rules are those of Go, so of kubectl.
/// </summary>
internal static class EnvironmentProxy
{
    /// <summary>The proxy; null for a direct connection.</summary>
    public static Uri? Find(Uri server, Func<string, string?> variable)
    {
        var proxy = Variable(server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY", variable);
        if (proxy is null || server.IdnHost == "localhost") return null;
        var address = IPAddress.TryParse(server.IdnHost, out var parsed) ? parsed : null;
        if (address is not null && IPAddress.IsLoopback(address)) return null;
        var excluded = (Variable("NO_PROXY", variable) ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return excluded.Any(one => Excludes(one.ToLowerInvariant(), server, address)) ? null : Address(proxy);
    }

    private static string? Variable(string name, Func<string, string?> variable) =>
        variable(name) is { Length: > 0 } upper ? upper : variable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;

    private static Uri? Address(string proxy) =>
        Uri.TryCreate(proxy, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "socks5" ? address
            : Uri.TryCreate($"http://{proxy}", UriKind.Absolute, out var bare) ? bare
            : null;

    private static bool Excludes(string entry, Uri server, IPAddress? address)
    {
        if (entry == "*") return true;
        if (IPNetwork.TryParse(entry, out var network)) return address is not null && network.Contains(address);
        var (host, port) = Split(entry);
        if (port is not null && port != server.Port.ToString(CultureInfo.InvariantCulture)) return false;
        if (IPAddress.TryParse(host, out var one)) return one.Equals(address);
        if (host.StartsWith("*.", StringComparison.Ordinal)) host = host[1..];
        if (host.Length == 0 || address is not null) return false;
        var name = server.IdnHost.ToLowerInvariant();
        return host[0] == '.'
            ? name.EndsWith(host, StringComparison.Ordinal)
            : name == host || name.EndsWith("." + host, StringComparison.Ordinal);
    }

    // An address of IPv6 has colons of its own; with a port it stands in brackets.
    private static (string Host, string? Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        if (entry.StartsWith('['))
        {
            var end = entry.IndexOf(']', StringComparison.Ordinal);
            return end < 0 ? (entry, null) : (entry[1..end], colon > end ? entry[(colon + 1)..] : null);
        }

        return colon < 0 || colon != entry.IndexOf(':', StringComparison.Ordinal) ? (entry, null) : (entry[..colon], entry[(colon + 1)..]);
    }
}
