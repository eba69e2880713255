namespace RsolvDeploy.Storage;

/// <summary>
/// Reads from another stream up to a limit. Whatever comes from a server or a program is read through it, so that an input without an end
/// cannot fill the memory. It does not own the other stream.
/// </summary>
/// <param name="source">The other stream.</param>
/// <param name="limit">The most bytes that are accepted.</param>
internal sealed class BoundedStream(Stream source, long limit) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <summary>Reads a body whole.</summary>
    /// <exception cref="InputTooLongException">It is longer than the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int limit, CancellationToken ct)
    {
        await using var source = await content.ReadAsStreamAsync(ct);
        using var whole = new MemoryStream();
        await new BoundedStream(source, limit).CopyToAsync(whole, ct);
        return whole.ToArray();
    }

    /// <summary>Reads the beginning of a body, and leaves the rest.</summary>
    public static async Task<byte[]> ReadStartAsync(HttpContent content, int limit, CancellationToken ct)
    {
        await using var source = await content.ReadAsStreamAsync(ct);
        using var start = new MemoryStream();
        var piece = new byte[Math.Min(limit, 16 * 1024)];
        while (start.Length < limit)
        {
            var count = await source.ReadAsync(piece.AsMemory(0, Math.Min(piece.Length, limit - (int)start.Length)), ct);
            if (count == 0) break;
            start.Write(piece, 0, count);
        }

        return start.ToArray();
    }

    /// <exception cref="InputTooLongException">There is more than the limit.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await source.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <exception cref="InputTooLongException">There is more than the limit.</exception>
    public override int Read(byte[] buffer, int offset, int count) => Count(source.Read(buffer, offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Count(int count)
    {
        _read += count;
        return _read <= limit ? count : throw new InputTooLongException(limit);
    }
}
