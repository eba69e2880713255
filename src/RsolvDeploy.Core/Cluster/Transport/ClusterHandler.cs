using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Cluster.Kubeconfig;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Makes the handlers for all connections to the API server, HTTP and WebSocket, so that all are verified alike.</summary>
internal static class ClusterHandler
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    public static AuthenticationHandler Create(ClusterConnection connection) =>
        new(connection, certificate => Create(connection, certificate));

    private static SocketsHttpHandler Create(ClusterConnection connection, ClientCertificate? certificate)
    {
        var tls = new SslClientAuthenticationOptions
        {
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // With its intermediates: the server knows only its authority.
            ClientCertificateContext = certificate is null
                ? null
                : SslStreamCertificateContext.Create(certificate.Leaf, certificate.Intermediates, offline: true),
        };
        if (connection.SkipTlsVerify)
        {
#pragma warning disable CA5359 // Asked for in the kubeconfig; the loader has warned.
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.Authorities is not null)
        {
            tls.CertificateChainPolicy = TrustOnly(connection.Authorities);
        }

        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = connection.DisableCompression ? DecompressionMethods.None : DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            SslOptions = tls,
            // The loader has decided it, by kubectl's rules.
            UseProxy = connection.Proxy is not null,
            Proxy = connection.Proxy is null ? null : new ClusterProxy(connection.Proxy),
            // Names to act as may have any letters.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
    }

    // No validation callback: SslStream itself then demands both the chain and the host's name.
    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(ServerAuthentication);
        return policy;
    }

    /// <summary>One proxy for every address, also one of this machine, with the user and the password of its address.</summary>
    private sealed class ClusterProxy(Uri address) : IWebProxy
    {
        public ICredentials? Credentials { get; set; } = address.UserInfo.Split(':', 2) is [{ Length: > 0 } user, ..] parts
            ? new NetworkCredential(Uri.UnescapeDataString(user), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "")
            : null;

        public Uri GetProxy(Uri destination) => address;

        public bool IsBypassed(Uri host) => false;
    }
}
