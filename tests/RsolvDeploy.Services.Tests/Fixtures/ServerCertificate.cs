using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A certificate that nobody trusts.</summary>
internal static class ServerCertificate
{
    /// <summary>The certificate and its key as PEM.</summary>
    /// <param name="host">The address it is for.</param>
    /// <param name="end">Until when it is valid.</param>
    public static (string Certificate, string Key) Create(IPAddress host, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=prometheus", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(host);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.CreateSelfSigned(end.AddDays(-2), end);
        return (signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
