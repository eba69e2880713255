using System.Net.WebSockets;

namespace RsolvDeploy.Sandbox.Kubernetes.Exec;

/// <summary>One channel of an exec connection as a stream that a program writes to. A write completes when the client accepts it.</summary>
internal sealed class ChannelStream(WebSocket socket, SemaphoreSlim one, byte channel) : Stream
{
    private const int LongestPiece = 32 * 1024;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer; !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(LongestPiece, rest.Length)];
            rest = rest[piece.Length..];
            var message = new byte[piece.Length + 1];
            message[0] = channel;
            piece.CopyTo(message.AsMemory(1));
            await one.WaitAsync(cancellationToken);
            try
            {
                await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, cancellationToken);
            }
            finally
            {
                one.Release();
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Every write is its own message.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
