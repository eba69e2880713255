using System.Text;
using System.Text.Json;

namespace RsolvDeploy.Monitoring;

/// <summary>Why a server refused a request, as its body says.</summary>
/// <param name="IsPrometheus">Whether the body is an error of Prometheus' API.</param>
/// <param name="Reason">The kind and the text of the error, or the first line of a body in words; empty when it says nothing.</param>
internal sealed record PrometheusErrorBody(bool IsPrometheus, string Reason)
{
    private const int LongestBody = 64 * 1024;
    private const int LongestReason = 200;

    /// <summary>Reads a body of any kind: JSON of Prometheus, of a gateway, a line of text, or HTML, of which nothing is said.</summary>
    public static async Task<PrometheusErrorBody> ReadAsync(Stream body, CancellationToken ct)
    {
        byte[] read = new byte[LongestBody];
        int length = await body.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, ct);
        try
        {
            using var document = JsonDocument.Parse(read.AsMemory(0, length));
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            string text = Encoding.UTF8.GetString(read, 0, length).Trim();
            return new PrometheusErrorBody(false, text.StartsWith('<') ? "" : Shorten(text));
        }
    }

    public static PrometheusErrorBody Read(JsonElement body)
    {
        bool isPrometheus = PrometheusResponse.TextOrEmpty(body, "status") == "error";
        string kind = PrometheusResponse.TextOrEmpty(body, "errorType");
        string error = PrometheusResponse.TextOrEmpty(body, "error");
        if (error.Length == 0) error = PrometheusResponse.TextOrEmpty(body, "message");
        return new PrometheusErrorBody(isPrometheus, Shorten(kind.Length > 0 && error.Length > 0 ? $"{kind}: {error}" : error));
    }

    private static string Shorten(string text)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        string line = end < 0 ? text : text[..end];
        return (line.Length <= LongestReason ? line : $"{line[..LongestReason]}…").TrimEnd('.');
    }
}
