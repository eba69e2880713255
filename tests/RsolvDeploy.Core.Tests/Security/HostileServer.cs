using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Core.Tests.Security;

/// <summary>A server on loopback that does something else than to answer.</summary>
internal sealed class HostileServer : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static readonly byte[] Piece = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Stream, Task> _behaves;
    private readonly ConcurrentQueue<string> _requests = new();

    private HostileServer(Func<Stream, Task> behaves)
    {
        _behaves = behaves;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    /// <summary>What it may do.</summary>
    public static IReadOnlyDictionary<string, Func<Stream, Task>> Behaviours { get; } = new Dictionary<string, Func<Stream, Task>>
    {
        ["garbage"] = stream => WriteAsync(stream, "\0\u0001garbage\r\n\r\n{}\r\n"),
        ["HTML with 200"] = stream => WriteAsync(stream, Answer("<html><head><title>Sign in</title></head></html>")),
        ["nothing with 200"] = stream => WriteAsync(stream, Answer("")),
        ["JSON of another kind"] = stream => WriteAsync(stream, Answer("[[1,null,{\"a\":{}}]]")),
        ["a repeated key"] = stream => WriteAsync(stream, Answer("{\"status\":\"success\",\"status\":1,\"status\":\"success\"}")),
        ["text that is no Unicode"] = stream => WriteAsync(stream, Answer("{\"status\":\"\\ud800\",\"kind\":\"\\ud800\",\"data\":{}}")),
        ["a body without an end"] = async stream =>
        {
            await WriteAsync(stream, $"{Ok}Connection: close\r\n\r\n");
            while (true) await stream.WriteAsync(Piece);
        },
        ["a body that is cut"] = stream => WriteAsync(stream, $"{Ok}Content-Length: 1000\r\n\r\n{{\"status\":"),
        ["headers without an end"] = async stream =>
        {
            await WriteAsync(stream, "HTTP/1.1 200 OK\r\nX: ");
            while (true) await stream.WriteAsync(Piece);
        },
        ["a connection that is closed at once"] = _ => Task.CompletedTask,
        ["an error page"] = stream => WriteAsync(stream, "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\n<html>"),
    };

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Its address.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>The requests, with their headers.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Starts one that behaves in this way.</summary>
    public static HostileServer Start(string behaviour) => new(Behaviours[behaviour]);

    /// <summary>Starts one that leads everybody to another address.</summary>
    public static HostileServer Redirecting(Uri to) =>
        new(stream => WriteAsync(stream, $"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static string Answer(string body) =>
        $"{Ok}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    private static Task WriteAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = BehaveAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task BehaveAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new byte[8192];
                var length = await stream.ReadAsync(request);
                _requests.Enqueue(Encoding.UTF8.GetString(request, 0, length));
                await _behaves(stream);
            }
            catch (IOException)
            {
                // The client did not wait for the end.
            }
        }
    }
}
