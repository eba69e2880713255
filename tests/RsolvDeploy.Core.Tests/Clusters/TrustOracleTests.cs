using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Kubeconfig;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A server certificate is trusted when kubectl trusts it with the same <c>certificate-authority</c>.</summary>
public sealed class TrustOracleTests : IDisposable
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-5);

    private readonly string _folder = Directory.CreateTempSubdirectory("rsolv-trust-").FullName;
    private readonly List<IDisposable> _made = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var one in _made) one.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("the root, the intermediate comes with the certificate", "root", true, true)]
    [InlineData("the root, and nobody has the intermediate", "root", false, false)]
    [InlineData("the root and the intermediate", "root middle", false, true)]
    [InlineData("the intermediate alone", "middle", false, true)]
    [InlineData("the intermediate alone, which comes with the certificate", "middle", true, true)]
    [InlineData("the intermediate and another root", "middle other", true, true)]
    [InlineData("the certificate itself", "leaf", true, true)]
    [InlineData("another root", "other", true, false)]
    [InlineData("another intermediate of the same name", "twin", true, false)]
    [InlineData("another intermediate of the same name, then the right one", "twin middle", true, true)]
    [InlineData("an intermediate that has expired", "late", true, false)]
    public async Task An_authority_of_a_chain_is_trusted_as_kubectl_trusts_it(string what, string bundle, bool sendsMiddle, bool isTrusted)
    {
        var root = Make("root", null, isAuthority: true);
        var middle = Make("middle", root, isAuthority: true);
        var leaf = Make("leaf", middle);
        var late = Make("middle", root, isAuthority: true, key: middle, until: Begin.AddDays(1));
        var known = new Dictionary<string, X509Certificate2>
        {
            ["root"] = root,
            ["middle"] = middle,
            ["leaf"] = leaf,
            ["other"] = Make("other", null, isAuthority: true),
            ["twin"] = Make("middle", root, isAuthority: true),
            ["late"] = late,
        };
        await CompareAsync(what, leaf, sendsMiddle ? [middle] : [], [.. bundle.Split(' ').Select(name => known[name])], isTrusted);
    }

    [Theory]
    [InlineData("a certificate of its own", true)]
    [InlineData("an older authority of the same name before it", true)]
    [InlineData("an older authority of the same name before it, with key ids", true)]
    [InlineData("an authority that is none", false)]
    public async Task A_certificate_is_trusted_as_kubectl_trusts_it(string what, bool isTrusted)
    {
        var withIds = what.Contains("key ids", StringComparison.Ordinal);
        var root = Make("root", null, isAuthority: !what.Contains("is none", StringComparison.Ordinal), keyIds: withIds);
        var twin = Make("root", null, isAuthority: true, keyIds: withIds);
        var self = Make("self", null);
        var leaf = Make("leaf", root, keyIds: withIds);
        await (what switch
        {
            "a certificate of its own" => CompareAsync(what, self, [], [self], isTrusted),
            _ when what.Contains("older", StringComparison.Ordinal) => CompareAsync(what, leaf, [], [twin, root], isTrusted),
            _ => CompareAsync(what, leaf, [], [root], isTrusted),
        });
    }

    private async Task CompareAsync(
        string what, X509Certificate2 leaf, X509Certificate2[] sent, IReadOnlyList<X509Certificate2> bundle, bool isTrusted)
    {
        var requests = 0;
        await using var api = await ScriptedApi.StartAsync(
            leaf,
            http =>
            {
                Interlocked.Increment(ref requests);
                return http.Response.WriteAsync("""{ "major": "1", "minor": "36", "gitVersion": "v1.36.2" }""", Ct);
            },
            https => https.ServerCertificateChain = [.. sent]);
        var path = Path.Combine(_folder, "config");
        var authority = string.Join('\n', bundle.Select(one => one.ExportCertificatePem()));
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.pem"), authority, Ct);
        await File.WriteAllTextAsync(path, $$"""
            current-context: main
            clusters: [{ name: c, cluster: { server: '{{api.Address}}', certificate-authority: ca.pem } }]
            users: [{ name: u, user: { token: abc } }]
            contexts: [{ name: main, context: { cluster: c, user: u } }]
            """, Ct);
        var kubectl = await Kubectl.RunAsync(
            ["--kubeconfig", path, "--request-timeout", "10s", "version", "--output", "json"],
            new Dictionary<string, string> { ["HOME"] = _folder },
            Ct);
        var byKubectl = Interlocked.Exchange(ref requests, 0) > 0;
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {kubectl.Output}");
        Assert.Equal(isTrusted, byKubectl);
        var connection = KubeconfigLoader.Load(
            path, null, new KubeconfigEnvironment(_ => null, _folder, Path.Combine(_folder, "account")), SilentReporter.Instance);
        using var cluster = new ClusterClient(connection, SilentReporter.Instance, new ObservedTime { SkipsDelays = true });
        var fault = await Record.ExceptionAsync(() => cluster.GetVersionAsync(Ct));
        Assert.Equal(isTrusted, requests > 0);
        if (isTrusted) Assert.Null(fault);
        else Assert.Equal("ClusterCertificateInvalid", Assert.IsAssignableFrom<DeployException>(fault).Id);
    }

    private X509Certificate2 Make(
        string name,
        X509Certificate2? issuer,
        bool isAuthority = false,
        bool keyIds = false,
        X509Certificate2? key = null,
        DateTimeOffset? until = null)
    {
        var own = key?.GetECDsaPrivateKey() ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _made.Add(own);
        var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (isAuthority)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        }
        else
        {
            var alternative = new SubjectAlternativeNameBuilder();
            alternative.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(alternative.Build());
        }

        if (keyIds) request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (keyIds && issuer is not null)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
                issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        }

        var end = until ?? DateTimeOffset.UtcNow.AddDays(2);
        var made = issuer is null
            ? request.CreateSelfSigned(Begin, end)
            : request.Create(
                issuer.SubjectName,
                X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!),
                Begin,
                end,
                RandomNumberGenerator.GetBytes(16)).CopyWithPrivateKey(own);
        _made.Add(made);
        return made;
    }
}
