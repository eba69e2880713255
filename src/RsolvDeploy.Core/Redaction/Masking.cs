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
    public static JsonNode Mask(JsonNode node)
    {
        var copy = node.DeepClone();
        // A text that stands alone cannot be masked in place.
        if (copy.Text() is { } alone) return Line(alone);
        MaskInPlace(copy);
        return copy;
    }

    /// <summary>A line as it is; a note in its place when it seems to hold a credential.</summary>
    public static string Line(string line) => CredentialDetector.Recognize(line) is { } what ? $"(a line with {what} is left out)" : line;

    private static void MaskInPlace(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["env"] is JsonArray variables)
                {
                    foreach (var variable in variables.OfType<JsonObject>())
                        if (variable["value"].Text() is { } value) variable["value"] = Hidden("", value);
                }

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

    /// <summary>What stands in the place of a masked value: its length and a fingerprint.</summary>
    public static string Hidden(string what, string value) =>
        $"({(what.Length > 0 ? $"{what}, " : "")}not shown: {value.Length} characters, fingerprint "
            + $"{Fingerprint.Create(Encoding.UTF8.GetBytes(value))})";
}
