using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Cluster.Kubeconfig;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>Makes the handlers for all connections to the API server, HTTP and WebSocket, so that all are verified alike.</summary>
internal static class ClusterHandler
{
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
            new BundleTrust(connection.Authorities).Apply(tls);
        }

        var handler = new SocketsHttpHandler
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
        if (connection.HasOwnTls)
        {
            tls.TargetHost = connection.TlsServerName;
            handler.ConnectCallback = (to, ct) => ConnectAsync(to.DnsEndPoint, tls, ct);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint server, SslClientAuthenticationOptions tls, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, ct);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(tls, ct);
            return stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
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
