using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RsolvDeploy.Cluster.Kubeconfig;

namespace RsolvDeploy.Services;

/// <summary>What proves to a service who asks, and by which authorities the service proves who answers.</summary>
/// <param name="Authorization">The header; null for none.</param>
/// <param name="Client">The client certificate; null for none.</param>
/// <param name="Authorities">The authorities to trust; null for the system's.</param>
internal sealed record ServiceCredential(
    AuthenticationHeaderValue? Authorization, ClientCertificate? Client = null, X509Certificate2Collection? Authorities = null)
{
    /// <summary>The user name that stands for a token.</summary>
    public const string TokenUser = "Bearer";

    /// <summary>A bearer token.</summary>
    public static AuthenticationHeaderValue Bearer(string token) => new(TokenUser, token);

    /// <summary>The name and the password of a user.</summary>
    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>What an operator specified: a user with a password, or a token as the password of the user <c>Bearer</c>.</summary>
    public static ServiceCredential From(NetworkCredential specified) => new(
        specified.UserName.Equals(TokenUser, StringComparison.OrdinalIgnoreCase)
            ? Bearer(specified.Password)
            : Basic(specified.UserName, specified.Password));

    /// <summary>Reads authorities in PEM.</summary>
    /// <exception cref="CryptographicException">There is none, or one cannot be read.</exception>
    public static X509Certificate2Collection ReadAuthorities(string pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no PEM certificate");
    }

    /// <summary>The TLS of a connection: without a callback, so that chain and host are both demanded.</summary>
    public SslClientAuthenticationOptions CreateTls()
    {
        var tls = new SslClientAuthenticationOptions
        {
            // With its intermediates: the server knows only its authority.
            ClientCertificateContext = Client is null
                ? null
                : SslStreamCertificateContext.Create(Client.Leaf, Client.Intermediates, offline: true),
        };
        if (Authorities is null) return tls;
        tls.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        tls.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities);
        return tls;
    }
}
