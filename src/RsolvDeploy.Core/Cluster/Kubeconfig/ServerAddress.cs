namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>Reads the addresses of a cluster of the kubeconfig.</summary>
internal static class ServerAddress
{
    /// <summary>The API server, with a path that ends in <c>/</c>.</summary>
    /// <remarks>As with kubectl, an address without a scheme is <c>http</c>.</remarks>
    public static Uri From(KubeconfigEntry cluster)
    {
        var text = cluster.Text("server")
            ?? throw KubeconfigFile.Invalid(cluster.File.Path, $"The {cluster.What} has no server.", null);
        var written = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(written, UriKind.Absolute, out var address)
            || address.Scheme is not ("https" or "http")
            || address.Host.Length == 0
            || (written != text && address.AbsolutePath != "/"))
        {
            throw KubeconfigFile.Invalid(cluster.File.Path, $"'server' of {cluster.What} is no address.", null);
        }

        // Neither a query nor a user is part of the server, nor are empty parts of the path.
        var parts = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var path = string.Concat(parts.Select(part => part + "/").Prepend("/"));
        return new Uri(address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + path);
    }

    /// <summary>The proxy of the cluster; null for none.</summary>
    public static Uri? Proxy(KubeconfigEntry cluster)
    {
        if (cluster.Text("proxy-url") is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "socks5"
            ? address
            : throw KubeconfigFile.Invalid(
                cluster.File.Path, $"'proxy-url' of {cluster.What} is no address of http, https or socks5.", null);
    }
}
