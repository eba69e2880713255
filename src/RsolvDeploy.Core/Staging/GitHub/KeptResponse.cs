using System.Net;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Staging.GitHub;

/// <summary>A response that holds until its ETag changes; a request for it does not count against the rate limit.</summary>
/// <param name="Tag">The ETag.</param>
/// <param name="Body">The body.</param>
/// <param name="Type">Its media type; null for none.</param>
/// <param name="Links">The links to other pages.</param>
internal sealed record KeptResponse(string Tag, byte[] Body, string? Type, string[] Links)
{
    /// <summary>Reads it whole.</summary>
    public static async Task<KeptResponse> ReadAsync(HttpResponseMessage response, string tag, int longest, CancellationToken ct) => new(
        tag,
        await BoundedStream.ReadAsync(response.Content, longest, ct),
        response.Content.Headers.ContentType?.ToString(),
        response.Headers.TryGetValues("Link", out var links) ? links.ToArray() : []);

    /// <summary>The response of another request for the same.</summary>
    public HttpResponseMessage ToResponse(HttpRequestMessage request)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent(Body) };
        if (Type is not null) response.Content.Headers.TryAddWithoutValidation("Content-Type", Type);
        if (Links.Length > 0) response.Headers.TryAddWithoutValidation("Link", Links);
        return response;
    }
}
