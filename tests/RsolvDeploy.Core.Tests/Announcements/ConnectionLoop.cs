using System.Net;
using System.Net.Sockets;

namespace RsolvDeploy.Core.Tests.Announcements;

/// <summary>Listens on loopback and serves one connection after the other.</summary>
internal sealed class ConnectionLoop : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<NetworkStream, Task> _serve;

    /// <param name="serve">Serves a connection.</param>
    public ConnectionLoop(Func<NetworkStream, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Its address and port.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await _serve(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
