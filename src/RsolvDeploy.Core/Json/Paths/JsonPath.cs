using System.Text.Json;

namespace RsolvDeploy.Json.Paths;

/// <summary>
/// A path into a JSON document, of the members, indexes, wildcards and filters of RFC 9535: <c>$.checks[?@.name == 'redis'].status</c>.
/// </summary>
internal sealed class JsonPath
{
    private readonly string _text;
    private readonly IReadOnlyList<PathSelector> _selectors;

    private JsonPath(string text, IReadOnlyList<PathSelector> selectors) => (_text, _selectors) = (text, selectors);

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">It is none; the message names the column.</exception>
    public static JsonPath Parse(string text) => new(text, new PathParser(text).ReadPath());

    /// <summary>Whether a text is a path.</summary>
    public static bool IsValid(string text)
    {
        try
        {
            Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>
    /// The values at the path, in the order of the document. Of a repeated member every value is found, because programs differ in which of
    /// them holds.
    /// </summary>
    /// <exception cref="InvalidOperationException">A text that a filter reads is not Unicode.</exception>
    public IReadOnlyList<JsonElement> Select(JsonElement document) => Select(_selectors, document);

    /// <summary>The text, number or boolean of a value, as text; null for anything else.</summary>
    /// <exception cref="InvalidOperationException">The text is not Unicode.</exception>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    /// <summary>The path as it was written.</summary>
    public override string ToString() => _text;

    internal static IReadOnlyList<JsonElement> Select(IReadOnlyList<PathSelector> selectors, JsonElement start)
    {
        List<JsonElement> found = [start];
        foreach (var selector in selectors) found = [.. found.SelectMany(selector.Select)];
        return found;
    }
}
