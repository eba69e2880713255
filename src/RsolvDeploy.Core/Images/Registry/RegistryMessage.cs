using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Json;

namespace RsolvDeploy.Images.Registry;

/// <summary>What an error response says: the errors of the distribution API, or the title of the HTML page of a proxy.</summary>
internal static class RegistryMessage
{
    /// <summary>The status, and what the body says; for people.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        string status = string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}");
        string body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(ct));
        string message = Errors(body) ?? HtmlPage.Describe(body) ?? "";
        return message.Length == 0 ? status : $"{status} ({HtmlPage.Shorten(message)})";
    }

    private static string? Errors(string body)
    {
        try
        {
            return StrictJson.Parse(body).At("errors") is JsonArray errors
                ? string.Join("; ", errors.Select(One).Where(text => text.Length > 0).Take(3))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string One(JsonNode? error) =>
        string.Join(": ", new[] { error.At("code").Text(), error.At("message").Text() }.Where(text => !string.IsNullOrEmpty(text)));
}
