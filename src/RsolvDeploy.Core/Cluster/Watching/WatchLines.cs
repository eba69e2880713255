using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Cluster.Watching;

/// <summary>
/// The lines of one watch connection. Ends quietly when the connection does; <see cref="Broken"/> holds the reason when it broke.
/// </summary>
internal sealed class WatchLines : IDisposable
{
    // Twenty times the largest object that a cluster stores.
    private const int LongestLine = 32 * 1024 * 1024;

    private readonly HttpResponseMessage? _response;
    private readonly StreamReader? _reader;
    private readonly BoundedLines? _lines;
    private readonly TimeSpan _silence;
    private readonly TimeProvider _time;

    private WatchLines(HttpResponseMessage? response, StreamReader? reader, TimeSpan silence, TimeProvider time)
    {
        (_response, _reader, _silence, _time) = (response, reader, silence, time);
        _lines = reader is null ? null : new BoundedLines(reader, LongestLine);
    }

    /// <summary>Whether the server accepted the watch.</summary>
    public bool IsAccepted => _lines is not null;

    /// <summary>Why the connection broke, or was refused; null when the server closed it in good order.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>A watch that the server refused.</summary>
    public static WatchLines Refused(DeployException why, TimeProvider time) => new(null, null, TimeSpan.Zero, time) { Broken = why };

    public static async Task<WatchLines> OpenAsync(
        HttpResponseMessage response, TimeSpan silence, TimeProvider time, CancellationToken ct) =>
        new(response, new StreamReader(await response.Content.ReadAsStreamAsync(ct)), silence, time);

    public async Task<JsonObject?> NextAsync(CancellationToken ct)
    {
        if (_lines is null) return null;
        using var limit = new CancellationTokenSource(_silence, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            var line = await _lines.NextAsync(both.Token);
            return line is null
                ? null
                : StrictJson.Parse(line) as JsonObject ?? throw new JsonException("A line of the watch is no JSON object.");
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
