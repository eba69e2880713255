using System.Security.Cryptography;

namespace RsolvDeploy.Core.Tests.Clusters;

/// <summary>Random bytes to send, and a slow reader of what comes back, which see how much lies between them.</summary>
/// <param name="length">How many bytes.</param>
internal sealed class SlowConnection(long length)
{
    private readonly IncrementalHash _out = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _back = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _sent;

    public Stream Input => new Source(this);

    public Stream Output => new Reader(this);

    public long Received { get; private set; }

    public long MostUnderWay { get; private set; }

    public bool ArrivedWhole => _out.GetCurrentHash().AsSpan().SequenceEqual(_back.GetCurrentHash());

    private int Fill(Span<byte> buffer)
    {
        var piece = buffer[..(int)Math.Min(buffer.Length, length - _sent)];
        RandomNumberGenerator.Fill(piece);
        _out.AppendData(piece);
        Interlocked.Add(ref _sent, piece.Length);
        return piece.Length;
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        MostUnderWay = Math.Max(MostUnderWay, Interlocked.Read(ref _sent) - Received);
        _back.AppendData(piece);
        Received += piece.Length;
    }

    private sealed class Source(SlowConnection way) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(way.Fill(buffer.Span));
    }

    private sealed class Reader(SlowConnection way) : MemoryStream
    {
        private const int Breath = 256 * 1024;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var before = way.Received / Breath;
            way.Take(buffer.Span);
            // this is what makes it slow
            if (way.Received / Breath > before) await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        }
    }
}
