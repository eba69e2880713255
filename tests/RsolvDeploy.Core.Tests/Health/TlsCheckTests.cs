using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Checks;
using RsolvDeploy.Health;

namespace RsolvDeploy.Core.Tests.Health;

public sealed class TlsCheckTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task A_certificate_for_the_host_from_a_trusted_issuer_passes()
    {
        CheckOutcome outcome = await EvaluateAsync("localhost", Now.AddDays(-1), Now.AddDays(90.5), trusted: true);

        Assert.Equal(CheckResult.Met, outcome.Result);
        Assert.Matches("^CN=localhost by CN=Test Root, valid until .*, 90 days left, for localhost, chain trusted, Tls1", outcome.Evidence);
    }

    [Fact]
    public async Task Each_fault_of_a_certificate_is_named()
    {
        await AssertFaultAsync("other.test", -1, 90, "not for the host localhost");
        await AssertFaultAsync("localhost", -1, 13, "fewer than 14 days left");
        await AssertFaultAsync("localhost", -9, -1, "expired");
        await AssertFaultAsync("localhost", -1, 90, "chain not trusted (", trusted: false);

        static async Task AssertFaultAsync(string host, int from, int until, string fault, bool trusted = true)
        {
            CheckOutcome outcome = await EvaluateAsync(host, Now.AddDays(from), Now.AddDays(until), trusted);
            Assert.Equal((CheckResult.NotMet, (object)14, (object)(until - 1)), (outcome.Result, outcome.Expected, outcome.Actual));
            Assert.Contains($" days left: {fault}", outcome.Evidence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_port_without_TLS_fails_with_the_reason()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        CheckOutcome outcome = await new TlsCheck(null, TimeSpan.FromSeconds(30), TimeProvider.System)
            .EvaluateAsync(new Uri($"https://127.0.0.1:{port}"), 14, TestContext.Current.CancellationToken);

        Assert.Equal(CheckResult.NotMet, outcome.Result);
        Assert.Equal($"no TLS connection to 127.0.0.1:{port}: Connection refused", outcome.Evidence);
    }

    private static async Task<CheckOutcome> EvaluateAsync(string host, DateTimeOffset from, DateTimeOffset until, bool trusted)
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        using X509Certificate2 root = TestCertificates.Issue("Test Root", null, Now.AddDays(-30), Now.AddDays(300));
        using X509Certificate2 certificate = TestCertificates.Issue(host, root, from, until);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task server = ServeAsync(listener, certificate, ct);
        var address = new Uri($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");

        CheckOutcome outcome = await new TlsCheck(trusted ? [root] : [], TimeSpan.FromSeconds(30), TimeProvider.System)
            .EvaluateAsync(address, 14, ct);
        await server;
        return outcome;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate, CancellationToken ct)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(ct);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ct);
            _ = await tls.ReadAsync(new byte[1], ct);
        }
        catch (Exception fault) when (fault is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client hangs up on a certificate it refuses: that is what is tested.
        }
    }
}
