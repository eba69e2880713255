using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>
/// Prepares the first verified connection while the configuration is being read. To verify its first certificate, the runtime reads all
/// authorities of the system, some 150 files or 50 ms, also where only those of a kubeconfig are trusted.
/// </summary>
internal static class FirstConnection
{
    private static readonly Task Prepared = Task.Run(Verify);

    /// <summary>Starts it, once in a process.</summary>
    /// <returns>Ends when it is done.</returns>
    public static Task Begin() => Prepared;

    // Nobody trusts this certificate, and nobody asks for the answer.
    private static void Verify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=first", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        using var chain = new X509Chain
        {
            ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        };
        _ = chain.Build(certificate);
    }
}
