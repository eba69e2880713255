namespace RsolvDeploy;

/// <summary>A service of the cluster, reached through the API server.</summary>
/// <param name="Namespace">The service's namespace.</param>
/// <param name="Name">The service's name.</param>
/// <param name="Port">The service's port, 1 to 65535.</param>
public sealed record ServiceAddress(string Namespace, string Name, int Port)
{
    /// <summary>As it is written in the configuration: <c>namespace/name:port</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}:{Port}";
}
