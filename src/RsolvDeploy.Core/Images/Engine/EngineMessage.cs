using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;

namespace RsolvDeploy.Images.Engine;

/// <summary>What the engine says in a refusal: <c>{"message": …}</c>, or whatever a proxy put in its place.</summary>
internal static class EngineMessage
{
    public static string From(DockerApiException refusal)
    {
        string body = refusal.ResponseBody ?? "";
        try
        {
            if (JsonNode.Parse(body) is JsonObject json && (string?)json["message"] is { Length: > 0 } message) return message;
        }
        catch (JsonException)
        {
            // Not the engine's own words; what was said is shown as it is.
        }

        return body.Length > 0 ? body.Trim() : $"HTTP {(int)refusal.StatusCode}";
    }
}
