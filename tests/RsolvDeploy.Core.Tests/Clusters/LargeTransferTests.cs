using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Core.Tests.Health;
using RsolvDeploy.Reporting;
using RsolvDeploy.Sandbox;
using RsolvDeploy.Sandbox.Kubernetes;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A large body through the port-forward of the API server: every byte arrives, and a body that is cut is an error.</summary>
public sealed class LargeTransferTests
{
    private const int Length = 100 * 1024 * 1024;
    private const int Chunk = 64 * 1024;

    private static readonly ServiceAddress Service = new("monitoring", "large", 8080);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_megabytes_arrive_byte_by_byte()
    {
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, http => WriteAsync(http, Length));
        await using SandboxServer sandbox = await ServeAsync(server);
        using ClusterClient cluster = Connect(sandbox);
        using var http = new HttpClient(cluster.CreateServiceHandler(Service)) { BaseAddress = new Uri("http://large/") };

        await using Stream body = await http.GetStreamAsync(new Uri("large", UriKind.Relative), Ct);

        Assert.Equal(Convert.ToHexString(Expected()), Convert.ToHexString(await SHA256.HashDataAsync(body, Ct)));
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_the_middle_is_an_error()
    {
        await using PlatformServer server = await PlatformServer.StartAsync(IPAddress.Loopback, async http =>
        {
            await WriteAsync(http, Length / 4);
            http.Abort();
        });
        await using SandboxServer sandbox = await ServeAsync(server);
        using ClusterClient cluster = Connect(sandbox);
        using var http = new HttpClient(cluster.CreateServiceHandler(Service)) { BaseAddress = new Uri("http://large/") };

        await using Stream body = await http.GetStreamAsync(new Uri("large", UriKind.Relative), Ct);

        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, Ct));
        // The next request has a connection of its own.
        using HttpResponseMessage next = await http.GetAsync(
            new Uri("large", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private static async Task WriteAsync(HttpContext http, int length)
    {
        http.Response.ContentLength = Length;
        for (int at = 0; at < length; at += Chunk) await http.Response.Body.WriteAsync(ChunkAt(at), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    // No chunk is as another, so that one that is missing, doubled or moved shows.
    private static byte[] ChunkAt(int at)
    {
        var chunk = new byte[Chunk];
        new Random(at).NextBytes(chunk);
        return chunk;
    }

    private static byte[] Expected()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int at = 0; at < Length; at += Chunk) hash.AppendData(ChunkAt(at));
        return hash.GetHashAndReset();
    }

    private static async Task<SandboxServer> ServeAsync(PlatformServer server)
    {
        SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        sandbox.Listeners[("large", 8080)] = new Uri($"http://127.0.0.1:{server.Port}/");
        sandbox.Objects.Create(KindInfo.Services, Service.Namespace, JsonNode.Parse("""
            {"metadata":{"name":"large"},"spec":{"selector":{"app":"large"},"ports":[{"name":"web","port":8080,"targetPort":"web"}]}}
            """)!.AsObject());
        sandbox.Objects.Create(KindInfo.Pods, Service.Namespace, JsonNode.Parse("""
            {"metadata":{"name":"large-0","labels":{"app":"large","sandbox":"static"}},
             "spec":{"containers":[{"name":"large","image":"large","ports":[{"name":"web","containerPort":8080}]}]},
             "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}
            """)!.AsObject());
        return sandbox;
    }

    private static ClusterClient Connect(SandboxServer sandbox) => ClusterClient.Connect(
        RsolvDeploy.Configuration.ConfigurationFile.Load(sandbox.ConfigurationPath).GetTarget("production"), SilentReporter.Instance);
}
