using System.Net;
using System.Net.Sockets;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A free port on loopback.</summary>
internal static class LoopbackPort
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
