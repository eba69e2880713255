using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A label or field selector.</summary>
internal sealed partial class Selector
{
    private readonly List<Func<JsonObject, bool>> _terms = [];

    public Selector(string? labels, string? fields)
    {
        foreach (var term in Terms().Split(labels ?? "").Where(term => term.Length > 0)) _terms.Add(LabelTerm(term.Trim()));
        foreach (var term in (fields ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)) _terms.Add(FieldTerm(term.Trim()));
    }

    public bool Matches(JsonObject item) => _terms.TrueForAll(term => term(item));

    private static Func<JsonObject, bool> LabelTerm(string term)
    {
        if (Sets().Match(term) is { Success: true } set)
        {
            var values = set.Groups[3].Value.Split(',', StringSplitOptions.TrimEntries);
            var wanted = set.Groups[2].Value == "in";
            return item => values.Contains(Label(item, set.Groups[1].Value)) == wanted;
        }

        if (term.Split("!=") is [var not, var other]) return item => Label(item, not) != other;
        if (term.Replace("==", "=", StringComparison.Ordinal).Split('=') is [var name, var value])
            return item => Label(item, name) == value;
        return term.StartsWith('!') ? item => Label(item, term[1..]) is null : item => Label(item, term) is not null;
    }

    private static Func<JsonObject, bool> FieldTerm(string term)
    {
        if (term.Split("!=") is [var not, var other]) return item => Field(item, not) != other;
        return term.Replace("==", "=", StringComparison.Ordinal).Split('=') is [var path, var value]
            ? item => Field(item, path) == value
            : throw new ApiError(400, "BadRequest", $"invalid field selector \"{term}\"");
    }

    private static string? Label(JsonObject item, string name) => item.At("metadata", "labels", name).Text();

    private static string Field(JsonObject item, string path) => item.At(path.Split('.')).Text() ?? "";

    [GeneratedRegex(@",(?![^(]*\))", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Terms();

    [GeneratedRegex(@"^(\S+)\s+(in|notin)\s+\(([^)]*)\)$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Sets();
}
