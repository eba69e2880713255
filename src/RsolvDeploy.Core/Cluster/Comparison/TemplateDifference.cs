using System.Text.Json.Nodes;
using RsolvDeploy.Json;
using RsolvDeploy.Redaction;

namespace RsolvDeploy.Cluster.Comparison;

/// <summary>Describes field by field what the failed pod template has that the good one has not, and the other way round. Masked.</summary>
internal static class TemplateDifference
{
    /// <summary>Lines of a diff; of a container, variable or volume the name stands in the path, not where it is in its list.</summary>
    public static string Describe(JsonNode? failed, JsonNode good)
    {
        var fields = Compare(good, failed ?? new JsonObject());
        return "# The failed pod template (-) against the good one (+). Values of variables are not shown.\n"
            + (fields.Count == 0 ? "# They do not differ.\n" : string.Concat(fields.Select(field => $"{field}\n")));
    }

    /// <summary>The fields in which two objects differ, values of variables and credentials masked.</summary>
    public static IReadOnlyList<FieldDifference> Compare(JsonNode wanted, JsonNode live) =>
        FieldComparer.Compare(Named(wanted), Named(live));

    private static JsonObject Named(JsonNode template)
    {
        // Of a Secret the comparer itself hides every value, and shows how long it is; masked before, it would show the length of the mask.
        var copy = (JsonObject)(template["kind"].Text() == "Secret" ? template.DeepClone() : Masking.Mask(template));
        (copy.At("metadata", "annotations") as JsonObject)?.Remove("kubectl.kubernetes.io/last-applied-configuration");
        (copy.At("metadata", "labels") as JsonObject)?.Remove("pod-template-hash");
        return (JsonObject)ByName(copy)!;
    }

    private static JsonNode? ByName(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, ByName(member.Value)))),
        JsonArray { Count: > 0 } items when items.Select(item => item.At("name").Text()).ToList() is var names
            && names.All(name => name is not null)
            && names.Distinct().Count() == names.Count =>
            new JsonObject(items.Select(item => KeyValuePair.Create(item.At("name").Text()!, ByName(item)))),
        JsonArray items => new JsonArray([.. items.Select(ByName)]),
        _ => node?.DeepClone(),
    };
}
