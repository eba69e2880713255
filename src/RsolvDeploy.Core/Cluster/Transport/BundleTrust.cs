using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>
/// Trusts the certificates of a kubeconfig's <c>certificate-authority</c> and nothing else. As with kubectl, each of them is trusted as it
/// is: an intermediate authority without its root, the server's own certificate, and each of several with one name.
/// </summary>
internal sealed class BundleTrust(X509Certificate2Collection bundle)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Makes TLS verify the server's certificate.</summary>
    public void Apply(SslClientAuthenticationOptions tls)
    {
        tls.CertificateChainPolicy = Trust(bundle);
        // Without a callback SslStream demands both the chain and the host's name, and reports in detail what is wrong.
        if (bundle.All(IsSelfIssued) && bundle.DistinctBy(one => one.Subject).Count() == bundle.Count) return;
        tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors
                && certificate is X509Certificate2 leaf
                && chain is not null
                && bundle.Any(authority => LeadsTo(authority, leaf, chain.ChainPolicy.ExtraStore)));
    }

    // .NET takes one of several authorities of a name without a try of the others, and its chains end in a root.
    private bool LeadsTo(X509Certificate2 authority, X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        using var chain = new X509Chain { ChainPolicy = Trust([authority]) };
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        foreach (var other in bundle.Where(one => one.Subject != authority.Subject)) chain.ChainPolicy.ExtraStore.Add(other);
        return chain.Build(leaf)
            || (chain.ChainStatus.All(status => status.Status == X509ChainStatusFlags.PartialChain)
                && chain.ChainElements.Any(element => element.Certificate.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span)));
    }

    private static bool IsSelfIssued(X509Certificate2 one) => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData);

    private static X509ChainPolicy Trust(X509Certificate2Collection authorities)
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
