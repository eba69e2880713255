using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>How one context of a kubeconfig reaches its API server.</summary>
internal sealed record ClusterConnection
{
    /// <summary>The API server, with a path that ends in <c>/</c>.</summary>
    public required Uri Server { get; init; }

    public required string ContextName { get; init; }

    /// <summary>The namespace of the context; null when it names none.</summary>
    public string? Namespace { get; init; }

    public required CredentialSource Credentials { get; init; }

    /// <summary>Secret values of the kubeconfig that go to a program, such as the password of an exec plugin.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The only roots that are trusted; null for those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The name the server's certificate has to carry; null for the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>
    /// Whether TLS begins with <see cref="TlsServerName"/> and the requests keep the host of <see cref="Server"/>, as with kubectl.
    /// Through a proxy .NET takes one name for both.
    /// </summary>
    public bool HasOwnTls => TlsServerName is not null && Proxy is null && Server.Scheme == Uri.UriSchemeHttps;

    public bool SkipTlsVerify { get; init; }

    /// <summary>The proxy, which may hold a user and a password; null for a direct connection.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The proxy as messages name it; null for none.</summary>
    public string? ProxyName => Proxy?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    public bool DisableCompression { get; init; }

    /// <summary>Headers that ask the server to act as somebody else.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Impersonation { get; init; } = [];

    /// <summary>The server as messages name it.</summary>
    public string ServerName => Server.GetLeftPart(UriPartial.Path).TrimEnd('/');
}
