using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Docker.DotNet.Handler.Abstractions;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Images.Engine;

/// <summary>
/// TLS with the engine: a client certificate, and a server whose name and chain are verified. The library's own credentials accept every
/// server without an authority, and every name with one.
/// </summary>
internal sealed class DockerTls : IAuthProvider
{
    private readonly X509Certificate2? _authority;
    private readonly X509Certificate2? _client;

    private DockerTls(X509Certificate2? authority, X509Certificate2? client)
    {
        _authority = authority;
        _client = client;
    }

    public bool TlsEnabled => true;

    public static DockerTls Load(string folder)
    {
        string authority = Path.Combine(folder, "ca.pem");
        string certificate = Path.Combine(folder, "cert.pem");
        try
        {
            return new DockerTls(
                File.Exists(authority) ? new X509Certificate2(authority) : null,
                File.Exists(certificate) ? LoadClient(certificate, Path.Combine(folder, "key.pem")) : null);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new DeployException(
                "DockerCertificateInvalid",
                FaultCategory.SecurityError,
                $"The certificates for the Docker Engine in {folder} cannot be read: {e.Message}",
                "Put ca.pem, cert.pem and key.pem there (PEM, key without a passphrase), or set DOCKER_CERT_PATH to their folder.",
                e)
            { Subject = folder };
        }
    }

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        if (handler is not SocketsHttpHandler sockets)
            throw new InvalidOperationException($"TLS is not set up on a {handler.GetType().Name}.");
        sockets.SslOptions = Options();
        return handler;
    }

    private SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions();
        if (_client is not null) options.ClientCertificates = [_client];
        if (_authority is not null)
        {
            // The chain's policy keeps the check of the name; a callback would replace it.
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.Add(_authority);
            options.CertificateChainPolicy = policy;
        }

        return options;
    }

    private static X509Certificate2 LoadClient(string certificate, string key)
    {
        var client = X509Certificate2.CreateFromPemFile(certificate, key);
        if (!OperatingSystem.IsWindows()) return client;
        // Schannel accepts no key that is only in memory.
        using (client) return new X509Certificate2(client.Export(X509ContentType.Pkcs12));
    }
}
