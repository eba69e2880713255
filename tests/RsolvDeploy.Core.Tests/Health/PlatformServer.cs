using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RsolvDeploy.Core.Tests.Health;

/// <summary>A platform on loopback, over IPv4 or IPv6, with a certificate where one is given.</summary>
internal sealed class PlatformServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PlatformServer(WebApplication app) => _app = app;

    public int Port { get; private init; }

    public static async Task<PlatformServer> StartAsync(
        IPAddress address, RequestDelegate answer, X509Certificate2? certificate = null, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        string bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new PlatformServer(app) { Port = new Uri(bound).Port };
    }

    /// <summary>A platform that is healthy.</summary>
    public static async Task HealthyAsync(HttpContext http)
    {
        bool isHealth = http.Request.Path == "/health";
        http.Response.ContentType = isHealth ? "application/json" : "text/plain; version=0.0.4";
        await http.Response.WriteAsync(isHealth ? """{"status":"ok"}""" : "rsolv_validation_x 1\n", http.RequestAborted);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
