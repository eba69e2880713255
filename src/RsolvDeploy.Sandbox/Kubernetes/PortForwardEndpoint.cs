using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Port-forward over a WebSocket (<c>v4.channel.k8s.io</c>) into the services of the sandbox.</summary>
/// <param name="find">Finds the listener on a pod's port; null when there is none.</param>
internal sealed class PortForwardEndpoint(Func<JsonObject, int, Uri?> find)
{
    private const string Protocol = "v4.channel.k8s.io";

    public async Task ServeAsync(HttpContext http, JsonObject pod)
    {
        if (!http.WebSockets.IsWebSocketRequest || !http.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            throw new ApiError(400, "BadRequest", $"only WebSocket with {Protocol} is served");
        }

        if (!int.TryParse(http.Request.Query["ports"], CultureInfo.InvariantCulture, out var port))
            throw new ApiError(400, "BadRequest", "query parameter \"ports\" is required");
        using var socket = await http.WebSockets.AcceptWebSocketAsync(Protocol);
        await OpenChannelsAsync(socket, port, http.RequestAborted);
        if (find(pod, port) is not { } address)
        {
            await SendAsync(
                socket, 1, Encoding.UTF8.GetBytes($"an error occurred forwarding {port}: connection refused"), http.RequestAborted);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, http.RequestAborted);
            return;
        }

        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, address.Port, http.RequestAborted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var up = UpAsync(socket, tcp.GetStream(), ending.Token);
        var down = DownAsync(socket, tcp.GetStream(), ending.Token);
        await Task.WhenAny(up, down);
        await ending.CancelAsync();
        await Task.WhenAll(up, down);
    }

    // The first message of each channel repeats the port.
    private static async Task OpenChannelsAsync(WebSocket socket, int port, CancellationToken ct)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)port);
        await SendAsync(socket, 0, bytes, ct);
        await SendAsync(socket, 1, bytes, ct);
    }

    private static async Task UpAsync(WebSocket socket, NetworkStream tcp, CancellationToken ct)
    {
        var buffer = new byte[32 * 1024];
        var begins = true;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), ct) is { MessageType: not WebSocketMessageType.Close } received)
            {
                var skip = begins ? 1 : 0;
                if (received.Count > skip) await tcp.WriteAsync(buffer.AsMemory(skip, received.Count - skip), ct);
                begins = received.EndOfMessage;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // One side has disconnected; the other ends with it.
        }
    }

    private static async Task DownAsync(WebSocket socket, NetworkStream tcp, CancellationToken ct)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await tcp.ReadAsync(buffer.AsMemory(), ct) is > 0 and var count)
                await SendAsync(socket, 0, buffer.AsMemory(0, count), ct);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ct);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // One side has disconnected; the other ends with it.
        }
    }

    private static async Task SendAsync(WebSocket socket, byte channel, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        var message = new byte[data.Length + 1];
        message[0] = channel;
        data.CopyTo(message.AsMemory(1));
        await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, ct);
    }
}
