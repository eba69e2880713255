using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Cluster.Kubeconfig;

/// <summary>A client certificate with its key, and the intermediates that are sent with it.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private const string Ed25519 = "1.3.101.112";
    private const string Ed448 = "1.3.101.113";

    private ClientCertificate(X509Certificate2 leaf, X509Certificate2Collection intermediates) =>
        (Leaf, Intermediates) = (leaf, intermediates);

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The certificates that lead from it to its authority, in the order of the file.</summary>
    public X509Certificate2Collection Intermediates { get; }

    /// <summary>Reads PEM texts: the first certificate is the client's, the others are its intermediates.</summary>
    /// <exception cref="CryptographicException">They are no pair, or of a kind that .NET cannot use; the message says which.</exception>
    public static ClientCertificate Read(string certificates, string key)
    {
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException("the key is encrypted; decrypt it (kubectl does not accept it either)");
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        if (all.Count == 0) throw new CryptographicException("there is no PEM certificate");
        try
        {
            if (all[0].PublicKey.Oid.Value is Ed25519 or Ed448)
            {
                throw new CryptographicException(
                    "the key is an Ed25519 or Ed448 key, which .NET cannot use; issue the certificate for an ECDSA (P-256) or RSA key");
            }

            return new ClientCertificate(Pair(certificates, key), [.. all.Skip(1)]);
        }
        finally
        {
            all[0].Dispose(); // the pair is another object
        }
    }

    public void Dispose()
    {
        Leaf.Dispose();
        foreach (var intermediate in Intermediates) intermediate.Dispose();
    }

    // In a form that TLS can use on every system.
    private static X509Certificate2 Pair(string certificate, string key)
    {
        X509Certificate2 made;
        try
        {
            made = X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CryptographicException($"they are no PEM pair ({e.Message.TrimEnd('.')})", e);
        }

        if (!OperatingSystem.IsWindows()) return made;
        using (made)
        {
            // Windows' TLS does not take a key that only lives in memory.
            return new X509Certificate2(made.Export(X509ContentType.Pkcs12));
        }
    }
}
