using System.Globalization;
using System.Text.Json;

namespace RsolvDeploy.Triggers;

/// <summary>Finds a value in a JSON document by a path of members and indexes: <c>$.services[0].status</c>.</summary>
internal static class JsonDocumentPath
{
    /// <summary>
    /// The text, number or boolean at a path, as text; null when there is none. Of a repeated member the last one counts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The text is not Unicode.</exception>
    public static string? Find(JsonElement document, string path)
    {
        foreach (var step in path.TrimStart('$').Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Next(document, step) is not { } next) return null;
            document = next;
        }

        return document.ValueKind switch
        {
            JsonValueKind.String => document.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => document.GetRawText(),
            _ => null,
        };
    }

    private static JsonElement? Next(JsonElement element, string step)
    {
        if (step.EndsWith(']'))
        {
            return element.ValueKind == JsonValueKind.Array
                && int.TryParse(step[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < element.GetArrayLength()
                    ? element[index]
                    : null;
        }

        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(step, out var member) ? member : null;
    }
}
