using System.Text.Json.Nodes;

namespace RsolvDeploy.Announcements.Channels;

/// <summary>
/// An announcement as an Adaptive Card of Microsoft Teams. Text runs are literal: neither Markdown nor mentions are read in them.
/// </summary>
internal static class TeamsMessage
{
    /// <summary>The body of the request.</summary>
    public static JsonObject Create(AnnouncementText text, AnnouncementKind kind) => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["content"] = Card(text, kind),
        }),
    };

    /// <summary>The card alone.</summary>
    public static JsonObject Card(AnnouncementText text, AnnouncementKind kind) => new()
    {
        ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
        ["type"] = "AdaptiveCard",
        ["version"] = "1.4",
        ["fallbackText"] = text.Title,
        ["body"] = new JsonArray(
        [
            Block(Run(text.Title, isBold: true, Color(kind), "large")),
            .. text.Facts.Select(fact => (JsonNode)(fact.Name.Length == 0
                ? Block(Run(fact.Value))
                : Block(Run($"{fact.Name}: ", isBold: true), Run(fact.Value)))),
        ]),
    };

    private static JsonObject Block(params JsonNode[] runs) => new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(runs) };

    private static JsonObject Run(string text, bool isBold = false, string color = "default", string size = "default") => new()
    {
        ["type"] = "TextRun",
        ["text"] = text,
        ["weight"] = isBold ? "bolder" : "default",
        ["color"] = color,
        ["size"] = size,
    };

    private static string Color(AnnouncementKind kind) => kind switch
    {
        AnnouncementKind.After => "good",
        AnnouncementKind.Failed => "attention",
        AnnouncementKind.RolledBack => "warning",
        _ => "default",
    };
}
