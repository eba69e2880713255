using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Core.Tests.Security;

/// <summary>A server on loopback that does something else than to answer.</summary>
internal sealed class HostileServer : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static readonly byte[] Piece = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));

    // 64 MiB of spaces, 64 KiB long.
    private static readonly Lazy<byte[]> Bomb = new(() =>
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            for (var left = 1024; left > 0; left--) gzip.Write(Piece);
        return packed.ToArray();
    });

    // Written, it closes the server's half of the connection.
    private static readonly byte[] Close = [];

    // How long a drip takes does not matter: it never ends.
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener _listener;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<string, Func<byte[], Task>, Task> _behaves;
    private long _sent;
    private readonly ConcurrentQueue<string> _requests = new();

    private HostileServer(Func<string, Func<byte[], Task>, Task> behaves, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
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
            ["a header of a mebibyte"] = async write =>
            {
                await WriteAsync(write, "HTTP/1.1 200 OK\r\nX: ");
                for (var left = 16; left > 0; left--) await write(Piece);
                await WriteAsync(write, "\r\nContent-Length: 2\r\n\r\n{}");
            },
            ["a gzip body without an end"] = async write =>
            {
                await WriteAsync(write, $"{Ok}Content-Encoding: gzip\r\nConnection: close\r\n\r\n");
                while (true) await write(Bomb.Value);
            },
            ["two lengths and a second answer"] = write => WriteAsync(
                write, $"{Ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Answer("{\"status\":\"success\"}")}"),
            ["trailers without an end"] = async write =>
            {
                await WriteAsync(write, $"{Ok}Transfer-Encoding: chunked\r\n\r\n2\r\n[[\r\n0\r\n");
                while (true) await WriteAsync(write, $"X: {new string('x', 1000)}\r\n");
            },
            ["an error page"] = write => WriteAsync(write, "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\n<html>"),
        };

    /// <summary>What it may do without an end: only a time limit ends the connection.</summary>
    public static IReadOnlyDictionary<string, Func<Func<byte[], Task>, Task>> Stalls { get; } =
        new Dictionary<string, Func<Func<byte[], Task>, Task>>
        {
            ["silence"] = _ => Task.Delay(Timeout.Infinite),
            ["headers byte by byte"] = write => DripAsync(write, Ok + "X: " + new string('x', 4096)),
            ["a body byte by byte"] = async write =>
            {
                await WriteAsync(write, $"{Ok}Content-Length: 100000\r\n\r\n");
                await DripAsync(write, "{\"status\":\"" + new string('x', 4096));
            },
            ["chunks byte by byte"] = async write =>
            {
                await WriteAsync(write, $"{Ok}Transfer-Encoding: chunked\r\n\r\n");
                while (true) await DripAsync(write, "1\r\n \r\n");
            },
            ["a connection that is half closed"] = async write =>
            {
                await WriteAsync(write, $"{Ok}Content-Length: 1000\r\n\r\n{{");
                await write(Close);
                await Task.Delay(Timeout.Infinite);
            },
        };

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Its address.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>The requests, with their headers.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>How many bytes it got rid of, in all answers; the buffers of the connections hold the last of them.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Starts one that behaves in this way.</summary>
    public static HostileServer Start(string behaviour, IPAddress? address = null)
    {
        var behaves = Behaviours.GetValueOrDefault(behaviour) ?? Stalls[behaviour];
        return new HostileServer((_, write) => behaves(write), address);
    }

    /// <summary>Starts one that answers each request with bytes.</summary>
    public static HostileServer Responding(Func<string, byte[]> respond) => new(async (request, write) =>
    {
        await write(respond(request));
        await write(Close);
    });

    /// <summary>Starts one that leads everybody to another address.</summary>
    public static HostileServer Redirecting(Uri to) =>
        new((_, write) => WriteAsync(write, $"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _over.TrySetResult();
    }

    private static string Answer(string body) =>
        $"{Ok}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    private static Task WriteAsync(Func<byte[], Task> write, string text) => write(Encoding.UTF8.GetBytes(text));

    private static async Task DripAsync(Func<byte[], Task> write, string text)
    {
        foreach (var one in Encoding.ASCII.GetBytes(text))
        {
            await write([one]);
            await Task.Delay(Drip);
        }
    }

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
                var text = Encoding.UTF8.GetString(request, 0, length);
                _requests.Enqueue(text);
                var behaviour = _behaves(text, async bytes =>
                {
                    if (bytes == Close) client.Client.Shutdown(SocketShutdown.Send);
                    else await stream.WriteAsync(bytes);
                    Interlocked.Add(ref _sent, bytes.Length);
                });
                await (await Task.WhenAny(behaviour, _over.Task));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
            {
                // The client did not wait for the end.
            }
        }
    }
}
