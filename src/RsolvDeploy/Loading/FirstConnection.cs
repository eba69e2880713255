using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Loading;

/// <summary>
/// Prepares the first verified connection while the module is being imported. To verify its first certificate, the runtime reads all
/// authorities of the system, some 150 files or 50 ms and more, also where only those of a kubeconfig are trusted.
/// </summary>
internal static class FirstConnection
{
    // Self-signed, valid for a day of the past; nobody has its key.
    private const string Untrusted = """
        -----BEGIN CERTIFICATE-----
        MIIBGzCBwQIUOT1c6kXDokdkaYC7Kk7ZR0lrQkEwCgYIKoZIzj0EAwIwEDEOMAwG
        A1UEAwwFZmlyc3QwHhcNMjYxMTI5MTg0NjU4WhcNMjYxMTMwMTg0NjU4WjAQMQ4w
        DAYDVQQDDAVmaXJzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIOTWe+Jrtaw
        dIfY7fIXAlPqZt1J0WaS+3A/zcuk/qcTVpw//aEWt8C1fmXSYVjFrkWCFXJ7QYvj
        np7GDF/UddMwCgYIKoZIzj0EAwIDSQAwRgIhAKOfN3bFpI269LHgSApvY9Qye1Xu
        zRa7hSAvSpYulehyAiEAkxLr2D/X2EjuxKuNSL+GFL9lymeU1ld85t3D+J7zlIM=
        -----END CERTIFICATE-----
        """;

    private static readonly Task Prepared = Task.Run(Verify);

    /// <summary>Starts it, once in a process.</summary>
    /// <returns>Ends when it is done.</returns>
    public static Task Begin() => Prepared;

    // Nobody trusts this certificate, and nobody asks for the answer.
    private static void Verify()
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(Untrusted);
        using var certificate = certificates[0];
        using var chain = new X509Chain
        {
            ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        };
        _ = chain.Build(certificate);
    }
}
