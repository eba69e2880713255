using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>A proxy for CONNECT, which may demand a user and a password.</summary>
internal sealed class TunnelProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly string? _basic;

    public TunnelProxy(string? credential = null)
    {
        _basic = credential is null ? null : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credential))}";
        _listener.Start();
        Authority = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string Authority { get; }

    /// <summary>The targets that were asked for and allowed.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Targets { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting; // a listener that is stopped first accepts no call that is about to begin
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var near = client.GetStream();
                while (await HeadAsync(near) is { } head)
                {
                    if (_basic is null || head.Contains($"Proxy-Authorization: {_basic}", StringComparison.OrdinalIgnoreCase))
                    {
                        await TunnelAsync(near, head.Split(' ')[1]);
                        return;
                    }

                    await near.WriteAsync(Encoding.ASCII.GetBytes(
                        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                            + "Content-Length: 0\r\n\r\n"), _end.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // One side is gone.
            }
        }
    }

    private async Task<string?> HeadAsync(NetworkStream near)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await near.ReadAsync(one, _end.Token) == 0) return null;
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task TunnelAsync(NetworkStream near, string target)
    {
        Targets.Enqueue(target);
        var colon = target.LastIndexOf(':');
        using var server = new TcpClient();
        if (!target.StartsWith("127.0.0.1:", StringComparison.Ordinal) && !target.StartsWith("localhost:", StringComparison.Ordinal))
        {
            await near.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _end.Token);
            return;
        }

        await server.ConnectAsync(target[..colon], int.Parse(target[(colon + 1)..]), _end.Token);
        await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _end.Token);
        var far = server.GetStream();
        await Task.WhenAny(near.CopyToAsync(far, _end.Token), far.CopyToAsync(near, _end.Token));
    }
}
