using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Alerting;

/// <summary>A label that a silence or a filter looks at.</summary>
internal sealed partial record Matcher(string Name, string Value, bool IsRegex, bool IsEqual)
{
    /// <summary>Reads <c>name="value"</c> and its kin, as the parameter <c>filter</c> has them; null when it is none.</summary>
    public static Matcher? Parse(string text) => Written().Match(text) is { Success: true } match
        ? new Matcher(
            match.Groups["name"].Value,
            match.Groups["value"].Value.Trim('"'),
            match.Groups["operator"].Value.EndsWith('~'),
            match.Groups["operator"].Value[0] == '=')
        : null;

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        string value = labels.GetValueOrDefault(Name, "");
        return IsEqual == (IsRegex ? Regex.IsMatch(value, $"^(?:{Value})$", RegexOptions.NonBacktracking) : value == Value);
    }

    public JsonObject ToJson() => new() { ["name"] = Name, ["value"] = Value, ["isRegex"] = IsRegex, ["isEqual"] = IsEqual };

    [GeneratedRegex(
        """^\s*(?<name>[a-zA-Z_][a-zA-Z0-9_]*)\s*(?<operator>=~|!~|!=|=)\s*(?<value>"[^"]*"|[^"]*)\s*$""",
        RegexOptions.None,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Written();
}

/// <summary>A silence.</summary>
internal sealed record Silence(
    string Id, IReadOnlyList<Matcher> Matchers, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string CreatedBy, string Comment)
{
    public DateTimeOffset UpdatedAt { get; init; } = DateTimeOffset.UtcNow;

    public string StateAt(DateTimeOffset now) => now >= EndsAt ? "expired" : now < StartsAt ? "pending" : "active";

    public bool Silences(IReadOnlyDictionary<string, string> labels, DateTimeOffset now) =>
        StateAt(now) == "active" && Matchers.All(matcher => matcher.Matches(labels));
}
