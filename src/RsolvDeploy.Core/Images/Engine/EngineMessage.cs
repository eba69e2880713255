using System.Text.Json;
using Docker.DotNet;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Engine;

/// <summary>The message of an error response: <c>{"message": …}</c> of the engine, or the text of a proxy.</summary>
internal static class EngineMessage
{
    /// <summary>Reads it.</summary>
    public static string From(DockerApiException response)
    {
        string body = response.ResponseBody ?? "";
        try
        {
            if (StrictJson.Parse(body).At("message").Text() is { Length: > 0 } message) return message;
        }
        catch (JsonException)
        {
            // Not the engine's own message; the text is shown as it is.
        }

        return body.Length > 0 ? body.Trim() : $"HTTP {(int)response.StatusCode}";
    }
}
