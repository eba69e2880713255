using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A proxy on loopback in front of a real registry. It counts uploads and injects faults into requests.</summary>
internal sealed class RegistryProxy : IAsyncDisposable
{
    private const byte TlsHandshake = 0x16;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string _registry;
    private readonly Task _accepting;
    private long _uploaded;

    public RegistryProxy(string registry)
    {
        _registry = registry;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Host => _listener.LocalEndpoint.ToString()!;

    /// <summary>Every request's method and path, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Bytes that clients sent in bodies.</summary>
    public long Uploaded => Interlocked.Read(ref _uploaded);

    /// <summary>The response to a request in place of the registry's, or null to forward the request.</summary>
    public Func<string, string?> Respond { get; set; } = _ => null;

    /// <summary>The response that the client gets once the registry has processed the request; null for the registry's own.</summary>
    public Func<string, string?> Replace { get; set; } = _ => null;

    /// <summary>The number of bytes of the body after which to cut the connection of a request; null for never.</summary>
    public Func<string, long?> Cut { get; set; } = _ => null;

    /// <summary>Called with each part of a body before it is forwarded.</summary>
    public Func<string, long, Task> Forwarding { get; set; } = (_, _) => Task.CompletedTask;

    public static string Response(int status, string headers = "", string body = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} Injected\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + $"Connection: close\r\n{headers}\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = ServeAsync(client);
        }
    }

    // One request per connection: "Connection: close" tells the registry and the client to close it.
    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient closing = client;
        try
        {
            NetworkStream near = client.GetStream();
            (string head, byte[] rest) = await ReadHeadAsync(near);
            string request = head[..head.IndexOf(" HTTP/", StringComparison.Ordinal)];
            Requests.Enqueue(request);
            if (Respond(request) is { } response)
            {
                // Read the rest of the request, or the client sees a reset in place of the response.
                await near.WriteAsync(Encoding.UTF8.GetBytes(response), _end.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                await near.CopyToAsync(Stream.Null, _end.Token);
                return;
            }

            string[] parts = _registry.Split(':');
            using var upstream = new TcpClient();
            await upstream.ConnectAsync(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), _end.Token);
            NetworkStream far = upstream.GetStream();
            string[] lines =
            [
                .. head.Split("\r\n").Where(line => line.Length > 0 && !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)),
                "Connection: close",
            ];
            await far.WriteAsync(Encoding.Latin1.GetBytes($"{string.Join("\r\n", lines)}\r\n\r\n"), _end.Token);
            _ = SendAsync(request, rest, near, far, client);
            string? replaced = Replace(request);
            await far.CopyToAsync(replaced is null ? near : Stream.Null, _end.Token);
            if (replaced is not null) await near.WriteAsync(Encoding.UTF8.GetBytes(replaced), _end.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end cut the connection, as the test wants.
        }
    }

    private async Task SendAsync(string request, byte[] rest, NetworkStream near, NetworkStream far, TcpClient client)
    {
        try
        {
            byte[] buffer = new byte[64 * 1024];
            rest.CopyTo(buffer, 0);
            long? cut = Cut(request);
            long sent = 0;
            int read = rest.Length > 0 ? rest.Length : await near.ReadAsync(buffer, _end.Token);
            while (read > 0 && !(sent >= cut))
            {
                await Forwarding(request, sent);
                await far.WriteAsync(buffer.AsMemory(0, read), _end.Token);
                sent += read;
                Interlocked.Add(ref _uploaded, read);
                read = await near.ReadAsync(buffer, _end.Token);
            }

            if (read == 0) return;
            client.Client.Close(0);
            far.Socket.Close(0);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other direction ended the connection.
        }
    }

    private async Task<(string Head, byte[] Behind)> ReadHeadAsync(NetworkStream near)
    {
        byte[] buffer = new byte[32 * 1024];
        int length = 0;
        while (true)
        {
            int read = await near.ReadAsync(buffer.AsMemory(length), _end.Token);
            if (read == 0) throw new IOException("The client sent no request.");
            length += read;
            // The engine tries TLS first, and waits long for a response.
            if (buffer[0] == TlsHandshake) throw new IOException("The client opened TLS.");
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return (Encoding.Latin1.GetString(buffer, 0, end), buffer[(end + 4)..length]);
        }
    }
}
