using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.Security;

namespace RsolvDeploy.Core.Tests.Security;

/// <summary>Nothing of the sandbox answers a web page or another user, and what has a credential at its model wants it.</summary>
public sealed partial class SandboxGuardTests(SharedSandbox shared) : IClassFixture<SharedSandbox>
{
    // What pages send: by another name for loopback, and by requests to loopback itself.
    private static readonly (string Header, string Value, HttpStatusCode Refusal)[] OfPages =
    [
        ("Host", "rebound.example", HttpStatusCode.MisdirectedRequest),
        ("Host", "127.0.0.1.example.org", HttpStatusCode.MisdirectedRequest),
        ("Host", "localhost.example.org:80", HttpStatusCode.MisdirectedRequest),
        ("Origin", "https://page.example", HttpStatusCode.Forbidden),
        ("Origin", "null", HttpStatusCode.Forbidden),
        ("Origin", "http://127.0.0.1", HttpStatusCode.Forbidden),
        ("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden),
        ("Sec-Fetch-Site", "same-origin", HttpStatusCode.Forbidden),
    ];

    private static readonly string[] KubernetesPaths =
    [
        "/version", "/api", "/apis", "/openapi/v3", "/api/v1/namespaces/rsolv-production/secrets",
        "/api/v1/namespaces/rsolv-production/pods/x/exec?command=a", "/api/v1/namespaces/rsolv-production/pods/x/portforward?ports=1", "/x",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SandboxServer Sandbox => shared.Server;

    [Fact]
    public async Task A_page_is_refused_on_every_route()
    {
        using var http = Client();
        var routes = Routes().ToList();
        Assert.True(routes.Count > 80, $"{routes.Count} routes");
        foreach (var (method, address) in routes)
        {
            foreach (var (header, value, refusal) in OfPages)
            {
                var (status, body) = await SendAsync(http, method, address, header, value);
                Assert.True((status, body) == (refusal, ""), $"{method} {address} with {header}: {value} gave {(int)status}: {body}");
            }
        }
    }

    [Fact]
    public async Task A_program_is_served_on_every_listener()
    {
        using var http = Client();
        foreach (var listener in Routes().GroupBy(route => route.Address.Authority))
        {
            var (method, address) = listener.First();
            var (status, _) = await SendAsync(http, method, address, "Sec-Fetch-Site", "none"); // an address that is typed
            Assert.True(status is not (HttpStatusCode.MisdirectedRequest or HttpStatusCode.Forbidden), $"{address} gave {(int)status}");
        }
    }

    [Fact]
    public async Task A_service_with_a_credential_wants_it_on_every_route()
    {
        using var http = Client();
        Uri[] guarded = [Sandbox.KubernetesAddress, Sandbox.Services.GitHub, Sandbox.Services.Grafana];
        // Grafana's own health is public, and the storage of GitHub's logs has a proof in the address.
        var routes = Routes().Where(route => guarded.Any(one => one.Authority == route.Address.Authority)
            && route.Address.AbsolutePath != "/api/health"
            && !route.Address.AbsolutePath.StartsWith("/storage/", StringComparison.Ordinal)).ToList();
        Assert.True(routes.Count > 30, $"{routes.Count} routes");
        foreach (var (method, address) in routes)
        {
            var (status, _) = await SendAsync(http, method, address, "X-Nothing", "");
            Assert.True(status == HttpStatusCode.Unauthorized, $"{method} {address} gave {(int)status}");
        }

        var (store, _) = await SendAsync(
            http, "POST", new Uri(Sandbox.Services.PlatformAddress, "/api/v1/phases/store"), "X-Nothing", "");
        Assert.Equal(HttpStatusCode.Unauthorized, store);
    }

    [Fact]
    public async Task A_peer_that_is_not_admitted_is_not_answered_by_any_service()
    {
        await using var services = await ServicesHost.StartAsync(
            new FaultInjector(), new ServicesOptions { Admits = (_, _) => false }, Ct);
        using var http = Client();
        Assert.True(services.Listeners.Count >= 8);
        foreach (var listener in services.Listeners)
        {
            // A connection that ends before the client has looked at its socket is an error of the socket.
            var fault = await Record.ExceptionAsync(() => http.GetAsync(new Uri(listener.Address, "/"), Ct));
            Assert.True(fault is HttpRequestException or SocketException, $"{listener.Address}: {fault}");
        }
    }

    [Fact]
    public async Task The_kernel_says_who_connects()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            using var client = new TcpClient(family);
            if (family == AddressFamily.InterNetworkV6) client.Client.DualMode = true; // as the HTTP client of .NET connects
            await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port, Ct);
            using var accepted = await listener.AcceptSocketAsync(Ct);
            var (peer, own) = ((IPEndPoint)accepted.RemoteEndPoint!, (IPEndPoint)accepted.LocalEndPoint!);
            Assert.True(PeerUser.IsOwn(peer, own));
            if (!OperatingSystem.IsLinux()) continue;
            Assert.NotNull(PeerUser.Find(peer, own));
            Assert.Equal(PeerUser.Find(peer, own), SocketDiagnosis.User(peer, own));
            Assert.Null(SocketDiagnosis.User(new IPEndPoint(IPAddress.Loopback, 1), own));
            Assert.Null(PeerUser.Find(new IPEndPoint(IPAddress.Loopback, 1), own));
        }
    }

    [Theory]
    [InlineData(1000, 1000, true)]
    [InlineData(0, 1000, true)]
    [InlineData(1001, 1000, false)]
    [InlineData(1000, 0, false)]
    public void Only_the_own_user_and_root_are_admitted(uint user, uint owner, bool isAdmitted) =>
        Assert.Equal(isAdmitted, PeerUser.IsAdmitted(user, owner));

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
#pragma warning disable CA5359 // The certificate is not what is tested.
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    });

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpClient http, string method, Uri address, string header, string value)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await http.SendAsync(request, Ct);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
    }

    private IEnumerable<(string Method, Uri Address)> Routes() =>
    [
        .. KubernetesPaths.SelectMany(path => new[] { "GET", "POST", "DELETE" }
            .Select(method => (method, new Uri(Sandbox.KubernetesAddress, path)))),
        .. from listener in Sandbox.Services.Listeners
           from route in listener.Routes
           let methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "DELETE"]
           from method in methods.Count > 0 ? methods : ["GET"]
           select (method, new Uri(listener.Address, Parameter().Replace($"/{route.RoutePattern.RawText!.TrimStart('/')}", "1"))),
    ];

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
