using System.Buffers;
using System.Net.WebSockets;

namespace RsolvDeploy.Cluster.Exec;

/// <summary>
/// The streams of a running program over one WebSocket. The first byte of each message is its channel; a message may come in pieces, and
/// only the first carries that byte. One buffer is all that is held: a piece is handed on before the next one is received.
/// </summary>
/// <param name="socket">The connection.</param>
internal sealed class ExecChannels(WebSocket socket)
{
    /// <summary>The protocol that can signal the end of the input.</summary>
    public const string V5 = "v5.channel.k8s.io";

    /// <summary>The protocol of servers before 1.30: the same without that end.</summary>
    public const string V4 = "v4.channel.k8s.io";

    private const byte Input = 0;
    private const byte Output = 1;
    private const byte Errors = 2;
    private const byte Status = 3;
    private const byte Close = 255;
    private const int PieceBytes = 32 * 1024;
    private const int LongestStatus = 64 * 1024;

    /// <summary>Receives until the server has closed; the status, or null when the connection ended before one came.</summary>
    /// <exception cref="WebSocketException">The connection broke off.</exception>
    public async Task<ExecStatus?> ReceiveAsync(Stream output, Stream errors, CancellationToken ct)
    {
        var piece = new byte[PieceBytes];
        using var status = new MemoryStream();
        byte? channel = null;
        while (true)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(piece.AsMemory(), ct);
            }
            catch (WebSocketException) when (status.Length > 0)
            {
                break; // some servers drop the connection once everything was sent
            }

            if (received.MessageType == WebSocketMessageType.Close) break;
            var data = piece.AsMemory(0, received.Count);
            if (channel is null)
            {
                if (data.IsEmpty) continue;
                channel = data.Span[0];
                data = data[1..];
            }

            var to = channel switch { Output => output, Errors => errors, Status => status, _ => Stream.Null };
            if (to == status && status.Length + data.Length > LongestStatus)
                throw new WebSocketException("the status is longer than any server makes it");
            if (!data.IsEmpty) await to.WriteAsync(data, ct);
            if (received.EndOfMessage) channel = null;
        }

        return status.Length == 0 ? null : ExecStatus.Parse(status.GetBuffer().AsSpan(0, (int)status.Length));
    }

    /// <summary>Sends an input to its end, and that this is its end.</summary>
    public async Task SendAsync(Stream input, CancellationToken ct)
    {
        var message = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            message[0] = Input;
            while (await input.ReadAsync(message.AsMemory(1, PieceBytes - 1), ct) is > 0 and var count)
                await socket.SendAsync(message.AsMemory(0, count + 1), WebSocketMessageType.Binary, endOfMessage: true, ct);
            await socket.SendAsync(new byte[] { Close, Input }, WebSocketMessageType.Binary, endOfMessage: true, ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message, clearArray: true); // it may have held a secret
        }
    }
}
