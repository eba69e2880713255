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

namespace RsolvDeploy.Core.Tests.Services;

/// <summary>A service on loopback over TLS that wants a client certificate of its root, and records what it is asked with.</summary>
internal sealed class CredentialServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CredentialServer(WebApplication app) => _app = app;

    public Uri Address { get; private init; } = new("https://localhost/");

    public List<IHeaderDictionary> Asked { get; } = [];

    public static async Task<CredentialServer> StartAsync(
        X509Certificate2 certificate, X509Certificate2 root, ClientCertificateMode mode, Func<HttpContext, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = mode;
            https.ClientCertificateValidation = (client, _, _) => client.Issuer == root.Subject;
        })));
        WebApplication app = builder.Build();
        List<IHeaderDictionary>? asked = null;
        app.Run(http =>
        {
            lock (asked!) asked.Add(new HeaderDictionary(http.Request.Headers.ToDictionary(one => one.Key, one => one.Value)));
            return answer(http);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        string bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var server = new CredentialServer(app) { Address = new Uri($"https://localhost:{new Uri(bound).Port}/") };
        asked = server.Asked;
        return server;
    }

    /// <summary>A PEM text of a certificate or of its key.</summary>
    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    public static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>An empty vector of Prometheus, for every query.</summary>
    public static async Task PrometheusAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(
            """{"status":"success","data":{"resultType":"vector","result":[]}}""", http.RequestAborted);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
