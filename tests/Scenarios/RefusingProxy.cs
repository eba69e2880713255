using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Scenarios;

/// <summary>A replica of a registry that refuses every request with one HTTP status until it is restored.</summary>
internal sealed class RefusingProxy : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;
    private volatile int _status;

    private RefusingProxy(Uri server, int status)
    {
        (_server, _status) = (server, status);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The registry's address through this proxy.</summary>
    public Uri Address => new UriBuilder(_server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    public static Task<RefusingProxy> StartAsync(Uri server, int status) => Task.FromResult(new RefusingProxy(server, status));

    /// <summary>Forwards every request from now on.</summary>
    public void Restore() => _status = 0;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
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
                if (_status is not 0 and var status)
                {
                    _ = await near.ReadAtLeastAsync(new byte[8192], 1, throwOnEndOfStream: false, _end.Token);
                    var answer = $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                    await near.WriteAsync(Encoding.ASCII.GetBytes(answer), _end.Token);
                    return;
                }

                using var server = new TcpClient();
                await server.ConnectAsync(_server.Host, _server.Port, _end.Token);
                var far = server.GetStream();
                await Task.WhenAny(near.CopyToAsync(far, _end.Token), far.CopyToAsync(near, _end.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // Ended by one side.
            }
        }
    }
}
