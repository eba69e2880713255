using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Refuses invalid keys of ConfigMaps and Secrets, with the messages of an API server.</summary>
internal static partial class DataKeys
{
    private const int Longest = 253;

    /// <summary>Throws when a key is no valid file name in a volume, or is in both <c>data</c> and <c>binaryData</c>.</summary>
    public static void Validate(KindInfo kind, JsonObject item)
    {
        if (kind != KindInfo.ConfigMaps && kind != KindInfo.Secrets) return;
        var faults = Errors(item).ToList();
        if (faults.Count == 0) return;
        throw ApiError.Invalid(
            $"{kind.Kind} \"{item.Name()}\" is invalid: {(faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults)}]")}");
    }

    private static IEnumerable<string> Errors(JsonObject item)
    {
        foreach (var field in new[] { "data", "binaryData" })
        {
            foreach (var (key, _) in item[field] as JsonObject ?? [])
            {
                if (Error(key) is { } fault) yield return $"{field}[{key}]: Invalid value: \"{key}\": {fault}";
                if (field == "data" && item.At("binaryData", key) is not null)
                    yield return $"{field}[{key}]: Invalid value: \"{key}\": duplicate of key present in binaryData";
            }
        }
    }

    private static string? Error(string key)
    {
        if (key.Length > Longest) return $"must be no more than {Longest} characters";
        if (!Allowed().IsMatch(key))
        {
            return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
                + "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        }

        if (key is "." or "..") return $"must not be '{key}'";
        return key.StartsWith("..", StringComparison.Ordinal) ? "must not start with '..'" : null;
    }

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Allowed();
}
