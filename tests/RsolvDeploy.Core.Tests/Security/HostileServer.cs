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
    private readonly Func<Func<byte[], Task>, Task> _behaves;
    private long _sent;
    private readonly ConcurrentQueue<string> _requests = new();

    private HostileServer(Func<Func<byte[], Task>, Task> behaves)
    {
        _behaves = behaves;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    /// <summary>What it may do.</summary>
    public static IReadOnlyDictionary<string, Func<Func<byte[], Task>, Task>> Behaviours { get; } =
        new Dictionary<string, Func<Func<byte[], Task>, Task>>
        {
            ["garbage"] = write => WriteAsync(write, "\0\u0001garbage\r\n\r\n{}\r\n"),
            ["HTML with 200"] = write => WriteAsync(write, Answer("<html><head><title>Sign in</title></head></html>")),
            ["nothing with 200"] = write => WriteAsync(write, Answer("")),
            ["JSON of another kind"] = write => WriteAsync(write, Answer("[[1,null,{\"a\":{}}]]")),
            ["a repeated key"] = write => WriteAsync(write, Answer("{\"status\":\"success\",\"status\":1,\"status\":\"success\"}")),
            ["text that is no Unicode"] = write => WriteAsync(write, Answer("{\"status\":\"\\ud800\",\"kind\":\"\\ud800\",\"data\":{}}")),
            ["a body without an end"] = async write =>
            {
                await WriteAsync(write, $"{Ok}Connection: close\r\n\r\n");
                while (true) await write(Piece);
            },
            ["an error page without an end"] = async write =>
            {
                await WriteAsync(write, "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
                while (true) await write(Piece);
            },
            ["a body that is cut"] = write => WriteAsync(write, $"{Ok}Content-Length: 1000\r\n\r\n{{\"status\":"),
            ["headers without an end"] = async write =>
            {
                await WriteAsync(write, "HTTP/1.1 200 OK\r\nX: ");
                while (true) await write(Piece);
            },
            ["a connection that is closed at once"] = _ => Task.CompletedTask,
            ["an error page"] = write => WriteAsync(write, "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\n<html>"),
        };

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Its address.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>The requests, with their headers.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>How many bytes it got rid of, in all answers; the buffers of the connections hold the last of them.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Starts one that behaves in this way.</summary>
    public static HostileServer Start(string behaviour) => new(Behaviours[behaviour]);

    /// <summary>Starts one that leads everybody to another address.</summary>
    public static HostileServer Redirecting(Uri to) =>
        new(write => WriteAsync(write, $"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static string Answer(string body) =>
        $"{Ok}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    private static Task WriteAsync(Func<byte[], Task> write, string text) => write(Encoding.UTF8.GetBytes(text));

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
                await _behaves(async bytes =>
                {
                    await stream.WriteAsync(bytes);
                    Interlocked.Add(ref _sent, bytes.Length);
                });
            }
            catch (IOException)
            {
                // The client did not wait for the end.
            }
        }
    }
}
