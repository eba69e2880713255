using System.Text;
using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Redaction;

/// <summary>
/// Removes from objects what must not lie on a disk: values of environment variables and what looks like a credential. Of each its length
/// and a fingerprint stay, so that equal values can be distinguished from different ones within one bundle.
/// </summary>
internal static class Masking
{
    /// <summary>A masked copy.</summary>
    /// <param name="node">An object or a part of one.</param>
    /// <param name="all">Whether every value is masked, not only what may be secret.</param>
    public static JsonNode Mask(JsonNode node, bool all = false)
    {
        var copy = node.DeepClone();
        // A text that stands alone cannot be masked in place.
        if (copy.Text() is { } alone) return all ? HideOnce(alone) : TextRedaction.Apply(alone);
        if (all) HideAll(copy);
        else MaskInPlace(copy);
        return copy;
    }

    private static void MaskInPlace(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var list in new[] { "env", "httpHeaders" })
                {
                    foreach (var variable in members[list].Objects())
                        if (variable["value"].Text() is { } value) variable["value"] = HideOnce(value);
                }

                foreach (var list in new[] { "command", "args" }) HideAll(members[list] as JsonArray);
                if (members["kind"].Text() is "ConfigMap" or "Secret")
                    foreach (var data in new[] { "data", "binaryData", "stringData" }) HideAll(members[data] as JsonObject);

                foreach (var (key, value) in members.ToList())
                {
                    if (key is "managedFields" or "kubectl.kubernetes.io/last-applied-configuration") members.Remove(key);
                    else if (value.Text() is { } text && CredentialDetector.Recognize(key, text) is { } what && key != "value")
                        members[key] = Hidden(what, text);
                    else MaskInPlace(value);
                }

                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    if (items[index].Text() is { } text && CredentialDetector.Recognize(text) is { } what)
                        items[index] = Hidden(what, text);
                    else MaskInPlace(items[index]);
                }

                break;
        }
    }

    private static void HideAll(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (key, value) in members.ToList())
                {
                    if (value.Text() is { } text) members[key] = HideOnce(text);
                    else HideAll(value);
                }

                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    if (items[index].Text() is { } text) items[index] = HideOnce(text);
                    else HideAll(items[index]);
                }

                break;
        }
    }

    // The length and the fingerprint are those of the value, not of an earlier mask.
    private static string HideOnce(string value) => value.StartsWith("(not shown: ", StringComparison.Ordinal) ? value : Hidden("", value);

    /// <summary>What stands in the place of a masked value: its length and a fingerprint.</summary>
    public static string Hidden(string what, string value) =>
        $"({(what.Length > 0 ? $"{what}, " : "")}not shown: {value.Length} characters, fingerprint "
            + $"{Fingerprint.Create(Encoding.UTF8.GetBytes(value))})";
}
