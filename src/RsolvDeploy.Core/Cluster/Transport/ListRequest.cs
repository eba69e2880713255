using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Transport;

/// <summary>All objects of a kind that match, asked for in chunks so that neither side has to hold them all.</summary>
internal sealed class ListRequest(ApiRequests requests, ResourceKind kind, string? ns, string? labelSelector, string? fieldSelector)
{
    private const int Gone = 410;

    // 500 objects of half a mebibyte; of larger ones fewer are asked for at once.
    private const long LongestChunk = 256 * 1024 * 1024;
    private const int Fewer = 8;
    private const int All = 0;

    private const string MetadataOfList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    private int _chunkSize = 500;
    private int _longest;

    public ResourceKind Kind => kind;

    /// <summary>Whether only the metadata of the objects is asked for.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>
    /// Whether all chunks have to be of the version of the first. Where the server forgot it, 410 is thrown instead of
    /// going on with a newer one.
    /// </summary>
    public bool OneVersion { get; init; }

    /// <summary>The version of the whole list now.</summary>
    public async Task<string> VersionAsync(CancellationToken ct) =>
        (await requests.JsonAsync(Call("list", new QueryText().Add("limit", "1")), ct)).At("metadata", "resourceVersion").Text() ?? "";

    public async IAsyncEnumerable<JsonObject> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(ct))
        {
            foreach (var item in page.Items) yield return item;
        }
    }

    /// <summary>The chunks, each with the version that a watch can go on from.</summary>
    public async IAsyncEnumerable<ListPage> PagesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var chunk in ChunksAsync(ct))
        {
            using (chunk)
            {
                yield return new ListPage(
                    [.. Enumerable.Range(0, chunk.Count).Select(index => ListChunk.Build(chunk[index].Span, kind))], chunk.ResourceVersion);
            }
        }
    }

    /// <summary>The chunks as they come; the caller disposes each.</summary>
    public async IAsyncEnumerable<ListChunk> ChunksAsync([EnumeratorCancellation] CancellationToken ct)
    {
        string? next = null;
        do
        {
            var chunk = await ChunkAsync(next, ct);
            if (chunk.Continue == next && next is not null) throw requests.Faults.Endless(Call("list", new QueryText()));
            next = chunk.Continue;
            yield return chunk;
        }
        while (next is not null);
    }

    /// <summary>The same in one chunk, which no version can expire between.</summary>
    public ListRequest Whole() => new(requests, kind, ns, labelSelector, fieldSelector) { MetadataOnly = MetadataOnly, _chunkSize = All };

    /// <summary>The request of a watch that goes on from a version.</summary>
    public ApiCall Watch(string resourceVersion, int seconds) => Call("watch", new QueryText()
        .Add("watch", "true")
        .Add("allowWatchBookmarks", "true")
        .Add("resourceVersion", resourceVersion)
        .Add("timeoutSeconds", seconds.ToString(CultureInfo.InvariantCulture)));

    private async Task<ListChunk> ChunkAsync(string? next, CancellationToken ct)
    {
        for (var isNewer = false; ;)
        {
            var size = _chunkSize == All ? null : _chunkSize.ToString(CultureInfo.InvariantCulture);
            var call = Call("list", new QueryText().Add("limit", size).Add("continue", next)) with
            {
                LongestResponse = LongestChunk,
                ExpectedResponse = _longest,
            };
            try
            {
                var chunk = await requests.ReadAsync(call, ListChunk.Read, ct);
                chunk.IsOneOfSeveral = next is not null || chunk.Continue is not null;
                _longest = Math.Max(_longest, chunk.Size + 1); // the end is read into free space too
                return chunk;
            }
            catch (ApiException e) when (e.Id == "ResponseTooLong" && _chunkSize > 1)
            {
                _chunkSize = Math.Max(1, _chunkSize / Fewer);
            }
            catch (ApiException e) when (!OneVersion && !isNewer
                && e.StatusCode == Gone
                && e.Status.At("metadata", "continue").Text() is { Length: > 0 } goOn)
            {
                // The version the list began at is compacted away; with this token the rest comes from a newer one.
                (next, isNewer) = (goOn, true);
            }
        }
    }

    private ApiCall Call(string verb, QueryText query) =>
        new(HttpMethod.Get, verb, kind.PathOf(ns, null) + query.Add("labelSelector", labelSelector).Add("fieldSelector", fieldSelector))
        {
            Kind = kind,
            Namespace = kind.Namespaced ? ns : null,
            Accept = MetadataOnly ? MetadataOfList : "application/json",
        };
}
