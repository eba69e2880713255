using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using RsolvDeploy.Sandbox.Security;

namespace RsolvDeploy.Sandbox;

/// <summary>A plain HTTP server on a free port of 127.0.0.1, and over TLS on another one where it has a certificate.</summary>
internal sealed class LoopbackListener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackListener(WebApplication app, ICollection<string> addresses)
    {
        _app = app;
        Address = new Uri(addresses.First());
        SecureAddress = addresses.Count > 1 ? new Uri(addresses.Last()) : null;
    }

    public Uri Address { get; }

    /// <summary>The same over TLS; null without a certificate.</summary>
    public Uri? SecureAddress { get; }

    /// <summary>What it serves.</summary>
    public IEnumerable<RouteEndpoint> Routes =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public static Task<LoopbackListener> StartAsync(
        Action<WebApplication> map, Func<HttpContext, Task>? arriving, CancellationToken ct) =>
        StartAsync(map, new ServicesOptions { Arriving = arriving }, ct);

    public static async Task<LoopbackListener> StartAsync(Action<WebApplication> map, ServicesOptions options, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Build contexts and layers have no limit.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => PeerUser.Require(listen, options.Admits));
            if (options.Certificate is { } certificate)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    PeerUser.Require(listen, options.Admits);
                    listen.UseHttps(certificate);
                });
            }
        });
        if (options.Certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        // Open requests need not complete when the sandbox ends.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var app = builder.Build();
        BrowserGuard.Use(app);
        NotifyArriving(app, options.Arriving);
        map(app);
        await app.StartAsync(ct);
        return new LoopbackListener(
            app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
    }

    /// <summary>Calls a function on each request; the server handles the request afterwards, unless it was answered.</summary>
    public static void NotifyArriving(WebApplication app, Func<HttpContext, Task>? arriving)
    {
        if (arriving is null) return;
        app.Use(async (http, next) =>
        {
            await arriving(http);
            if (!http.Response.HasStarted) await next(http);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
