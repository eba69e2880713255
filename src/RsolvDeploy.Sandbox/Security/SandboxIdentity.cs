using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Sandbox.Security;

/// <summary>A certificate authority, a server certificate and tokens that exist for one sandbox only.</summary>
internal sealed class SandboxIdentity : IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(2);

    public SandboxIdentity(DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=RsolvDeploy sandbox authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var issuer = authority.CreateSelfSigned(now - Validity, now + Validity);
        AuthorityPem = issuer.ExportCertificatePem();

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=RsolvDeploy sandbox", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var issued = request.Create(issuer, now - Validity, now + Validity, RandomNumberGenerator.GetBytes(16));
        Server = issued.CopyWithPrivateKey(key);
    }

    /// <summary>The authority, for clients to trust.</summary>
    public string AuthorityPem { get; }

    public X509Certificate2 Server { get; }

    /// <summary>The administrator's token.</summary>
    public string AdminToken { get; } = $"sbxsecret-admin-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    /// <summary>The token of a viewer, who may read everything but Secrets.</summary>
    public string ViewerToken { get; } = $"sbxsecret-viewer-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    public void Dispose() => Server.Dispose();
}
