using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Cluster.Watching;

/// <summary>
/// The lines of one watch connection. Ends quietly when the connection does; <see cref="Broken"/> holds the reason when it broke.
/// </summary>
internal sealed class WatchLines : IDisposable
{
    private readonly HttpResponseMessage? _response;
    private readonly StreamReader? _reader;
    private readonly TimeSpan _silence;
    private readonly TimeProvider _time;

    private WatchLines(HttpResponseMessage? response, StreamReader? reader, TimeSpan silence, TimeProvider time) =>
        (_response, _reader, _silence, _time) = (response, reader, silence, time);

    /// <summary>The server does not know the version any more.</summary>
    public static WatchLines Expired { get; } = new(null, null, TimeSpan.Zero, TimeProvider.System) { Gone = true };

    /// <summary>There is nothing to read.</summary>
    public static WatchLines Ended { get; } = new(null, null, TimeSpan.Zero, TimeProvider.System);

    public bool Gone { get; private init; }

    /// <summary>Why the connection broke; null when the server closed it in good order.</summary>
    public Exception? Broken { get; private set; }

    public static async Task<WatchLines> OpenAsync(
        HttpResponseMessage response, TimeSpan silence, TimeProvider time, CancellationToken ct) =>
        new(response, new StreamReader(await response.Content.ReadAsStreamAsync(ct)), silence, time);

    public async Task<JsonObject?> NextAsync(CancellationToken ct)
    {
        if (_reader is null) return null;
        using var limit = new CancellationTokenSource(_silence, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            var line = await _reader.ReadLineAsync(both.Token);
            return line is null
                ? null
                : JsonNode.Parse(line) as JsonObject ?? throw new JsonException("A line of the watch is no JSON object.");
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException && !ct.IsCancellationRequested)
        {
            Broken = e;
            return null;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            Broken = new IOException($"nothing came for {_silence.TotalSeconds:0} s", e);
            return null;
        }
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _response?.Dispose();
    }
}
