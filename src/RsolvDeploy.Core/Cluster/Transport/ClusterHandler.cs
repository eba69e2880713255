using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Cluster.Kubeconfig;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Makes the handler for all connections to the API server, HTTP and WebSocket, so that all are verified alike.</summary>
internal static class ClusterHandler
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    public static AuthenticationHandler Create(ClusterConnection connection)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = connection.DisableCompression ? DecompressionMethods.None : DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck },
        };
        if (connection.Proxy is not null)
            sockets.Proxy = new WebProxy(connection.Proxy);
        else
            sockets.UseProxy = !connection.Server.IsLoopback; // as kubectl: a proxy of the environment is never asked for this machine

        var authentication = new AuthenticationHandler(connection, sockets);
        sockets.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => authentication.Current.Certificate!;
        if (connection.SkipTlsVerify)
#pragma warning disable CA5359 // Asked for in the kubeconfig; the loader has warned.
            sockets.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        else if (connection.Authorities is not null)
            sockets.SslOptions.CertificateChainPolicy = TrustOnly(connection.Authorities);

        return authentication;
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
}
