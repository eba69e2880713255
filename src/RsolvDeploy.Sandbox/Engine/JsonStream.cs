using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Engine;

/// <summary>Sends objects, one per line, each at once.</summary>
internal sealed class JsonStream(HttpResponse response)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task WriteAsync(JsonObject message, CancellationToken ct)
    {
        if (!response.HasStarted)
            response.ContentType = "application/json";
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(message.ToJsonString(Relaxed) + "\r\n"), ct);
        await response.Body.FlushAsync(ct);
    }

    public Task FailAsync(string message, CancellationToken ct) => WriteAsync(
        new JsonObject { ["errorDetail"] = new JsonObject { ["message"] = message }, ["error"] = message }, ct);
}
