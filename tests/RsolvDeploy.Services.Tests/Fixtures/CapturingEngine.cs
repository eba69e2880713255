using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A stand-in for a Docker Engine that captures the archive that the docker program sends to build.</summary>
public sealed class CapturingEngine : IAsyncLifetime
{
    private WebApplication? _app;

    /// <summary>The address for <c>docker --host</c>.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The archive of the last build; null when there was none since it was reset.</summary>
    public byte[]? Archive { get; set; }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.MapMethods("/_ping", ["GET", "HEAD"], (HttpResponse response) =>
        {
            response.Headers["Api-Version"] = "1.41";
            response.Headers["Builder-Version"] = "1";
            response.Headers["Ostype"] = "linux";
        });
        _app.MapPost("/{version}/build", async (HttpRequest request) =>
        {
            using var archive = new MemoryStream();
            await request.Body.CopyToAsync(archive);
            Archive = archive.ToArray();
            return Results.Text("{\"stream\":\"captured\"}\n", "application/json");
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Host = $"tcp://{new Uri(address).Authority}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }
}
