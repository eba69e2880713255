using System.Globalization;
using System.Text.Json;
using RsolvDeploy.Json.Paths;

namespace RsolvDeploy.Health;

/// <summary>Judges values of a JSON document by configured rules.</summary>
internal static class DocumentRules
{
    private const int LongestValue = 80;

    /// <summary>What one rule requires.</summary>
    public static string Required(DocumentRule rule) => rule switch
    {
        { Is: { } text } => text,
        { Not: { } text } => $"not {text}",
        { Below: { } limit } => string.Create(CultureInfo.InvariantCulture, $"below {limit}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"above {rule.Above}"),
    };

    /// <summary>What the document has for a rule, and whether that is what the rule requires.</summary>
    /// <exception cref="InvalidOperationException">A text of the document is not Unicode.</exception>
    public static (bool Met, string Found) Evaluate(DocumentRule rule, JsonElement document)
    {
        var found = JsonPath.Parse(rule.Json).Select(document);
        if (found.Count == 0) return (false, "nothing");
        var wrong = found.Where(value => !IsMet(rule, value)).ToList();
        return (wrong.Count == 0, Describe(wrong.Count == 0 ? found[0] : wrong[0]));
    }

    /// <summary>The rules that a document does not meet, each as a sentence.</summary>
    /// <exception cref="InvalidOperationException">A text of the document is not Unicode.</exception>
    public static IReadOnlyList<string> FindUnmet(IReadOnlyList<DocumentRule> rules, JsonElement document) =>
    [
        .. rules.Select(rule => (Rule: rule, Outcome: Evaluate(rule, document)))
            .Where(one => !one.Outcome.Met)
            .Select(one => $"{one.Rule.Id} ({one.Rule.Json}) is {one.Outcome.Found}, required is {Required(one.Rule)}"),
    ];

    private static bool IsMet(DocumentRule rule, JsonElement value)
    {
        if (JsonPath.TextOf(value) is not { } text) return false;
        if (rule.Is is not null) return text == rule.Is;
        if (rule.Not is not null) return text != rule.Not;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && (rule.Below is { } most ? number < most : number > rule.Above);
    }

    private static string Describe(JsonElement value)
    {
        var text = JsonPath.TextOf(value) ?? value.ValueKind.ToString().ToLowerInvariant();
        return text.Length <= LongestValue ? text : $"{text[..LongestValue]}…";
    }
}
