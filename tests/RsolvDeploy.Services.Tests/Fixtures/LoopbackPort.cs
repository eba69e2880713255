using System.Net;
using System.Net.Sockets;

namespace RsolvDeploy.Services.Tests.Fixtures;

/// <summary>A free port on loopback, for a program that has to know its port before it starts.</summary>
internal static class LoopbackPort
{
    // Below the ports that the system gives to connections and to listeners on port 0 (from 32768 on), and below node ports. One of those
    // could go to a sandbox of another test before the program listens on it, or as soon as the program has stopped.
    private const int First = 20000;
    private const int Count = 10000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens on, and that no other test of this process gets soon.</summary>
    public static int Free()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + (Interlocked.Increment(ref _last) % Count);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free on loopback.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
