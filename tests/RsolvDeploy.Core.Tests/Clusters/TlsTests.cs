using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>Host name and chain are both verified, on HTTP and on WebSocket, and nothing is sent to a server that fails either.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Token = "tls-test-token-value";
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("localhost", false)]
    public async Task A_right_certificate_is_trusted_on_both(string host, bool expired)
    {
        await using var api = await StartAsync(host, expired, _authority);
        Assert.Equal("v1.36.2", (await VersionAsync(api, host))["gitVersion"]!.GetValue<string>());
        using var socket = await ConnectAsync(api, host);
        Assert.Equal(WebSocketState.Open, socket.State);
        Assert.Equal(["GET /version", "GET /socket"], api.Requests);
    }

    [Theory]
    [InlineData("localhost", "127.0.0.1", false, false)]
    [InlineData("example.org", "127.0.0.1", false, false)]
    [InlineData("127.0.0.1", "127.0.0.1", true, false)]
    [InlineData("127.0.0.1", "127.0.0.1", false, true)]
    public async Task A_wrong_host_an_expired_certificate_and_another_authority_are_refused_on_both(
        string issuedFor, string asked, bool expired, bool otherAuthority)
    {
        await using var api = await StartAsync(issuedFor, expired, otherAuthority ? _other : _authority);
        var fault = await Assert.ThrowsAnyAsync<DeployException>(() => VersionAsync(api, asked));
        Assert.Equal("ClusterCertificateInvalid", fault.Id);
        Assert.Contains("nothing was sent", fault.Message, StringComparison.Ordinal);
        Assert.Contains("certificate-authority", fault.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, fault.ToString(), StringComparison.Ordinal);
        Assert.Equal("ClusterCertificateInvalid", (await Assert.ThrowsAnyAsync<DeployException>(() => ConnectAsync(api, asked))).Id);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task Another_name_may_be_asked_for_by_the_kubeconfig()
    {
        await using var api = await StartAsync("kubernetes.example", expired: false, _authority);
        using var cluster = new ClusterClient(
            api.Connection(_authority.Certificate, token: Token) with { TlsServerName = "kubernetes.example" },
            SilentReporter.Instance,
            TimeProvider.System);
        Assert.Equal("v1.36.2", (await cluster.GetVersionAsync(Ct))["gitVersion"]!.GetValue<string>());
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        if (http.WebSockets.IsWebSocketRequest)
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[1].AsMemory(), CancellationToken.None);
            return;
        }

        await http.Response.WriteAsJsonAsync(new { gitVersion = "v1.36.2" });
    }

    private static Task<ScriptedApi> StartAsync(string issuedFor, bool expired, TestAuthority authority) =>
        ScriptedApi.StartAsync(authority.Issue(issuedFor, expired), AnswerAsync);

    private async Task<System.Text.Json.Nodes.JsonObject> VersionAsync(ScriptedApi api, string host)
    {
        using var cluster = new ClusterClient(
            api.Connection(_authority.Certificate, host, Token), SilentReporter.Instance, TimeProvider.System);
        return await cluster.GetVersionAsync(Ct);
    }

    private async Task<ClientWebSocket> ConnectAsync(ScriptedApi api, string host)
    {
        using var requests = new ApiRequests(api.Connection(_authority.Certificate, host, Token), TimeProvider.System);
        return await requests.OpenSocketAsync(new ApiCall(HttpMethod.Get, "create", "socket"), [], Ct);
    }
}
