using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Services;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>Every address of a host is requested, over IPv4 and IPv6.</summary>
public sealed class AddressCheckTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_kinds_of_addresses_respond()
    {
        await using PlatformServer four = await PlatformServer.StartAsync(IPAddress.Loopback, PlatformServer.HealthyAsync);
        await using PlatformServer six = await PlatformServer.StartAsync(
            IPAddress.IPv6Loopback, PlatformServer.HealthyAsync, port: four.Port);

        CheckOutcome outcome = await EvaluateAsync(four.Port, IPAddress.Loopback, IPAddress.IPv6Loopback);

        Assert.Equal((CheckResult.Met, 2, 2), (outcome.Result, outcome.Expected, outcome.Actual));
        Assert.Matches(@"^IPv4 127\.0\.0\.1: 200 in \d+ ms; IPv6 ::1: 200 in \d+ ms$", outcome.Evidence);
    }

    [Fact]
    public async Task An_IPv6_address_that_does_not_respond_is_named()
    {
        await using PlatformServer four = await PlatformServer.StartAsync(IPAddress.Loopback, PlatformServer.HealthyAsync);

        CheckOutcome outcome = await EvaluateAsync(four.Port, IPAddress.Loopback, IPAddress.IPv6Loopback);

        Assert.Equal((CheckResult.NotMet, 2, 1), (outcome.Result, outcome.Expected, outcome.Actual));
        Assert.Contains("; IPv6 ::1: no response from http://platform.test", outcome.Evidence, StringComparison.Ordinal);
        Assert.EndsWith("Connection refused", outcome.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_literal_address_is_requested_without_a_lookup_and_with_its_certificate()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 root = TestCertificates.Issue("Test Root", null, now.AddDays(-30), now.AddDays(300));
        using X509Certificate2 other = TestCertificates.Issue("other.test", root, now.AddDays(-1), now.AddDays(90));
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.IPv6Loopback, PlatformServer.HealthyAsync, other);
        var check = new AddressCheck(
            (_, _) => throw new SocketException(),
            create =>
            {
                SocketsHttpHandler handler = create();
                handler.SslOptions = new ServiceCredential(null, null, [root]).CreateTls();
                return handler;
            },
            TimeSpan.FromSeconds(30),
            TimeProvider.System);

        // Whether the release is well is not known then: an error, as of every other check.
        var fault = await Assert.ThrowsAsync<DeployException>(
            () => check.EvaluateAsync(new Uri($"https://[::1]:{server.Port}/health"), Ct));

        Assert.Equal("PlatformUntrusted", fault.Id);
        Assert.Contains("RemoteCertificateNameMismatch", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_an_address_fails()
    {
        var check = new AddressCheck(
            (_, _) => throw new SocketException((int)SocketError.HostNotFound), create => create(),
            TimeSpan.FromSeconds(30), TimeProvider.System);

        CheckOutcome outcome = await check.EvaluateAsync(new Uri("http://platform.test/health"), Ct);

        Assert.Equal((CheckResult.NotMet, 1, 0), (outcome.Result, outcome.Expected, outcome.Actual));
    }

    [Fact]
    public async Task A_kind_of_network_that_this_machine_does_not_have_does_not_count()
    {
        await using PlatformServer four = await PlatformServer.StartAsync(IPAddress.Loopback, PlatformServer.HealthyAsync);

        CheckOutcome outcome = await EvaluateAsync(four.Port, IPAddress.Loopback, IPAddress.Parse("2001:db8::1"));

        Assert.Equal(Routes(), outcome.Result == CheckResult.NotMet);
        Assert.Equal(!Routes(), outcome.Evidence.EndsWith("IPv6 2001:db8::1: this machine has no such network", StringComparison.Ordinal));
    }

    private static bool Routes()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(IPAddress.Parse("2001:db8::1"), 80);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Task<CheckOutcome> EvaluateAsync(int port, params IPAddress[] addresses) =>
        new AddressCheck((_, _) => Task.FromResult(addresses), create => create(), TimeSpan.FromSeconds(5), TimeProvider.System)
            .EvaluateAsync(new Uri($"http://platform.test:{port}/health"), Ct);
}
