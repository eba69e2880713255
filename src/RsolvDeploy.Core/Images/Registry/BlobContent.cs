using System.Net;
using System.Net.Http.Headers;

namespace RsolvDeploy.Images.Registry;

/// <summary>A body that is read from another registry while it is sent; each attempt reads it again.</summary>
internal sealed class BlobContent : HttpContent
{
    private const int PieceBytes = 128 * 1024;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly Func<CancellationToken, Task<HttpResponseMessage>> _open;
    private readonly long _length;
    private readonly TimeProvider _time;

    /// <summary>Creates it.</summary>
    /// <param name="open">Opens the blob.</param>
    /// <param name="length">Its length, in bytes.</param>
    /// <param name="time">The clock that the limit of a piece runs by.</param>
    public BlobContent(Func<CancellationToken, Task<HttpResponseMessage>> open, long length, TimeProvider time)
    {
        (_open, _length, _time) = (open, length, time);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>Called when a piece was sent.</summary>
    public required Action Sent { get; init; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var source = await _open(cancellationToken);
        await using var blob = await source.Content.ReadAsStreamAsync(cancellationToken);
        var piece = new byte[PieceBytes];
        while (await ReadAsync(source, blob, piece, cancellationToken) is > 0 and var count)
        {
            await stream.WriteAsync(piece.AsMemory(0, count), cancellationToken);
            Sent();
        }
    }

    // The other registry waits too, so that the one to blame has to be named.
    private async Task<int> ReadAsync(HttpResponseMessage source, Stream blob, byte[] piece, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(LongestSilence, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await blob.ReadAsync(piece, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var host = source.RequestMessage?.RequestUri?.Authority;
            throw new IOException($"{host} sent nothing of the blob for {LongestSilence.TotalSeconds:0} s");
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
