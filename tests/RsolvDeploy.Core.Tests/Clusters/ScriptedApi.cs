using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RsolvDeploy.Cluster.Kubeconfig;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>An API server that answers as the test says, with a certificate of the test's choice.</summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private ScriptedApi(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Method, path and query of every request that arrived.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<ScriptedApi> StartAsync(
        X509Certificate2? certificate, RequestDelegate answer, Action<HttpsConnectionAdapterOptions>? https = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate, https ?? (_ => { }));
        }));
        var api = new ScriptedApi(builder.Build());
        api._app.UseWebSockets();
        api._app.Run(http =>
        {
            api._requests.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
            return answer(http);
        });
        await api._app.StartAsync();
        api.Address = new Uri(api._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return api;
    }

    /// <summary>How a client reaches it.</summary>
    public ClusterConnection Connection(X509Certificate2? authority = null, string host = "127.0.0.1", string? token = null) => new()
    {
        Server = new UriBuilder(Address) { Host = host, Path = "/" }.Uri,
        ContextName = "test",
        Credentials = new FixedCredential(new Credential(token)),
        Authorities = authority is null ? null : [authority],
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
