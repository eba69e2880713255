using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace RsolvDeploy.Core.Tests.Announcements;

/// <summary>A webhook on loopback that answers with what it is told to, and keeps what it got.</summary>
internal sealed class HookServer : IDisposable
{
    private readonly ConnectionLoop _connections;
    private readonly string[] _answers;
    private int _next;

    /// <param name="answers">Status line, and headers behind it, for each request; the last one for all further requests.</param>
    public HookServer(params string[] answers)
    {
        _answers = answers.Length > 0 ? answers : ["200 OK"];
        _connections = new ConnectionLoop(AnswerAsync);
    }

    /// <summary>Its address: what follows the host is as secret as that of a real webhook.</summary>
    public string Address => $"http://{_connections.Address}/services/T0/B0/{Token}";

    public static string Token => "hook-token-7c1e9f";

    public ConcurrentQueue<HookRequest> Requests { get; } = new();

    public void Dispose() => _connections.Dispose();

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var first = await reader.ReadLineAsync() ?? "";
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var left = int.Parse(headers["Content-Length"], CultureInfo.InvariantCulture);
        var body = new StringBuilder();
        while (left > 0)
        {
            var one = (char)reader.Read();
            body.Append(one);
            left -= char.IsHighSurrogate(one) ? 4 : char.IsLowSurrogate(one) ? 0 : Encoding.UTF8.GetByteCount([one]);
            if (char.IsHighSurrogate(one)) body.Append((char)reader.Read());
        }

        Requests.Enqueue(new HookRequest(first.Split(' ')[1], headers, body.ToString()));
        var answer = _answers[Math.Min(Interlocked.Increment(ref _next) - 1, _answers.Length - 1)];
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"));
    }
}

/// <summary>A request that a webhook got.</summary>
internal sealed record HookRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
