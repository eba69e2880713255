using System.Net;
using System.Net.Sockets;

namespace RsolvDeploy.Scenarios;

/// <summary>
/// A proxy between a client and its API server that can go away as a restarting server does: open connections break, new ones are refused.
/// </summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly CancellationTokenSource _end = new();
    private readonly int _port;
    private CancellationTokenSource _up;
    private TcpListener _listener;
    private Task _accepting;

    public CutProxy(Uri server)
    {
        _server = server;
        _up = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener, _up.Token);
    }

    /// <summary>The server's address through this proxy.</summary>
    public Uri Address => new UriBuilder(_server) { Port = _port }.Uri;

    /// <summary>The number of connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Breaks every connection and refuses new ones.</summary>
    public async Task CutAsync()
    {
        // The loop first: a stopped listener raises the same errors in it as a fault.
        await _up.CancelAsync();
        await _accepting;
        _listener.Stop();
    }

    /// <summary>Accepts connections again, on the same port.</summary>
    public void Restore()
    {
        _up.Dispose();
        _up = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync(_listener, _up.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Stop();
        _up.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken up)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(up);
                Connections++;
                open.Add(ForwardAsync(client, up));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken up)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, up);
                var (near, far) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(near.CopyToAsync(far, up), far.CopyToAsync(near, up));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // Cut, or closed by one side.
            }
        }
    }
}
