using System.Net;
using System.Net.Http.Headers;

namespace RsolvDeploy.Images.Registry;

/// <summary>A body that is read from another registry while it is sent; each attempt reads it again.</summary>
internal sealed class BlobContent : HttpContent
{
    private readonly Func<CancellationToken, Task<HttpResponseMessage>> _open;
    private readonly long _length;

    /// <summary>Creates it.</summary>
    /// <param name="open">Opens the blob.</param>
    /// <param name="length">Its length, in bytes.</param>
    public BlobContent(Func<CancellationToken, Task<HttpResponseMessage>> open, long length)
    {
        (_open, _length) = (open, length);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var source = await _open(cancellationToken);
        await source.Content.CopyToAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
