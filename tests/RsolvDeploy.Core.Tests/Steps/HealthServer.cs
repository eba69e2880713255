using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Core.Tests.Steps;

/// <summary>An application that answers every request with the same bytes.</summary>
internal sealed class HealthServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _response;

    public HealthServer(string body, string status = "200 OK", string header = "X-Served-By: test")
    {
        _response = Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
                + $"{header}\r\nConnection: close\r\n\r\n{body}");
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}");

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new byte[4096];
                if (await stream.ReadAsync(request) > 0) await stream.WriteAsync(_response);
            }
            catch (IOException)
            {
                // The client did not wait for the answer.
            }
        }
    }
}
