using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace RsolvDeploy.Cluster.PortForwarding;

/// <summary>
/// One forwarded connection. Each message begins with its channel: 0 carries data, 1 carries errors; the first message of each
/// channel only repeats the port (Kubernetes, pkg/kubelet/server/portforward/websocket.go).
/// </summary>
internal sealed class PortForwardStream(WebSocket socket, string where) : Stream
{
    private const int Data = 0;
    private const int PortBytes = 2;
    private readonly byte[] _frame = new byte[32 * 1024];
    private readonly bool[] _opened = new bool[2];
    private ReadOnlyMemory<byte> _rest;
    private int? _channel;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(_frame.AsMemory(), cancellationToken);
            }
            catch (WebSocketException e)
            {
                throw new IOException($"The connection to {where} broke off: {e.Message}", e);
            }

            if (received.MessageType == WebSocketMessageType.Close) return 0;
            Take(_frame.AsMemory(0, received.Count), received.EndOfMessage);
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var message = ArrayPool<byte>.Shared.Rent(buffer.Length + 1);
        try
        {
            message[0] = Data;
            buffer.CopyTo(message.AsMemory(1));
            await socket.SendAsync(
                message.AsMemory(0, buffer.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException e)
        {
            throw new IOException($"The connection to {where} broke off: {e.Message}", e);
        }
        finally
        {
            // It may have held a credential on its way to the service.
            ArrayPool<byte>.Shared.Return(message, clearArray: true);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Every write is a message of its own.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Only asynchronous reads are used here.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Only asynchronous writes are used here.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }

    private void Take(ReadOnlyMemory<byte> piece, bool endOfMessage)
    {
        var begins = _channel is null;
        var channel = _channel ?? (piece.IsEmpty ? Data : piece.Span[0]);
        _channel = endOfMessage ? null : channel;
        if (begins && !piece.IsEmpty)
        {
            piece = piece[1..];
            if (channel < _opened.Length && !_opened[channel])
            {
                _opened[channel] = true;
                piece = piece[Math.Min(PortBytes, piece.Length)..];
            }
        }

        if (channel == Data) _rest = piece;
        else if (!piece.IsEmpty)
            throw new IOException($"The connection to {where} was refused: {Encoding.UTF8.GetString(piece.Span).Trim()}");
    }
}
