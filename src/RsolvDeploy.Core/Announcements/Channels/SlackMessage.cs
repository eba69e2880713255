using System.Text.Json.Nodes;

namespace RsolvDeploy.Announcements.Channels;

/// <summary>An announcement as a message of Slack. Its blocks are plain text, in which Slack reads neither links nor mentions.</summary>
internal static class SlackMessage
{
    /// <summary>The body of the request.</summary>
    public static JsonObject Create(AnnouncementText text) => new()
    {
        // Shown in notifications, and read as markup.
        ["text"] = Escape(text.Title),
        ["unfurl_links"] = false,
        ["unfurl_media"] = false,
        ["blocks"] = new JsonArray(
        [
            new JsonObject { ["type"] = "header", ["text"] = Plain(text.Title) },
            .. text.Facts.Select(fact => (JsonNode)new JsonObject { ["type"] = "section", ["text"] = Plain(fact.ToString()) }),
        ]),
    };

    private static JsonObject Plain(string text) => new() { ["type"] = "plain_text", ["text"] = text, ["emoji"] = false };

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
