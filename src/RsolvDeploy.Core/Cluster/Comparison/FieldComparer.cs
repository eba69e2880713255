using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Redaction;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Cluster.Comparison;

/// <summary>
/// Finds the fields in which two objects differ. Values of Secrets, ConfigMaps and variables, and what looks like a credential, are
/// never shown.
/// </summary>
internal static class FieldComparer
{
    private const int LongestShown = 200;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fields that differ; none when the objects are equal.</summary>
    /// <param name="backup">The object of the backup.</param>
    /// <param name="live">The other one, without the fields that only the server may set.</param>
    public static IReadOnlyList<FieldDifference> Compare(JsonObject backup, JsonObject live)
    {
        var differences = new List<FieldDifference>();
        Walk(backup, live, "", backup["kind"]?.GetValue<string>(), differences);
        return differences;
    }

    private static void Walk(JsonNode? backup, JsonNode? live, string path, string? kind, List<FieldDifference> differences)
    {
        switch (backup, live)
        {
            case (JsonObject left, JsonObject right):
                foreach (var key in left.Select(pair => pair.Key)
                    .Union(right.Select(pair => pair.Key))
                    .Order(StringComparer.Ordinal)
                    .ToList())
                {
                    Walk(
                        left[key],
                        right[key],
                        path.Length == 0 ? key : key.Contains('.', StringComparison.Ordinal) ? $"{path}['{key}']" : $"{path}.{key}",
                        kind,
                        differences);
                }

                break;
            case (JsonArray left, JsonArray right):
                for (var index = 0; index < Math.Max(left.Count, right.Count); index++)
                {
                    Walk(
                        index < left.Count ? left[index] : null,
                        index < right.Count ? right[index] : null,
                        $"{path}[{index}]",
                        kind,
                        differences);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(backup, live))
                    differences.Add(new FieldDifference(path, Show(backup, path, kind), Show(live, path, kind)));
                break;
        }
    }

    private static string? Show(JsonNode? value, string path, string? kind)
    {
        if (value is null) return null;
        var hidden = HiddenFields.Contain(kind, path);
        if (hidden && kind == "Secret") return $"(secret, {Length(value)} bytes)";
        if (hidden || value is not JsonValue) value = Masking.Mask(value, hidden);
        var text = value.ToJsonString(Readable);
        if (CredentialDetector.Recognize(path, text) is { } what) return $"({what}, not shown)";
        return text.Length <= LongestShown
            ? text
            : $"{text[..LongestShown]}… ({text.Length} characters, "
                + $"sha256 {Sha256Text.Of(text)[..8]})";
    }

    private static int Length(JsonNode value)
    {
        if (value is not JsonValue scalar || !scalar.TryGetValue<string>(out var text)) return 0;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? count : text.Length;
    }
}
