using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>A registry on loopback that accepts every upload, at an address of its choice.</summary>
internal sealed class UploadRegistry : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public UploadRegistry(string upload)
    {
        _listener.Start();
        _ = ServeAsync($"HTTP/1.1 202 Accepted\r\nLocation: {upload}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    public string Host => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(string response)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // The request has no body.
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(response));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended.
        }
    }
}
