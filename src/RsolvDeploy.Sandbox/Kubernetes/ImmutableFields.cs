using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Fields that nobody may change.</summary>
internal static class ImmutableFields
{
    /// <summary>Throws when one of them differs.</summary>
    public static void Validate(KindInfo kind, JsonObject stored, JsonObject wanted)
    {
        if ((kind == KindInfo.Deployments || kind == KindInfo.StatefulSets || kind == KindInfo.DaemonSets)
            && !JsonNode.DeepEquals(stored.At("spec", "selector"), wanted.At("spec", "selector")))
        {
            throw ApiError.Invalid(
                kind,
                stored.Name(),
                "spec.selector",
                $"Invalid value: {wanted.At("spec", "selector")?.ToJsonString()}: field is immutable");
        }

        if (kind.Plural == "jobs")
        {
            foreach (var field in new[] { "selector", "template" })
            {
                if (!JsonNode.DeepEquals(stored.At("spec", field), wanted.At("spec", field)))
                {
                    throw ApiError.Invalid(
                        kind,
                        stored.Name(),
                        $"spec.{field}",
                        $"Invalid value: {wanted.At("spec", field)?.ToJsonString()}: field is immutable");
                }
            }
        }

        if (kind == KindInfo.Secrets && wanted["type"] is { } type && !JsonNode.DeepEquals(stored["type"], type))
            throw ApiError.Invalid(kind, stored.Name(), "type", $"Invalid value: {type.ToJsonString()}: field is immutable");
        if (kind != KindInfo.ConfigMaps && kind != KindInfo.Secrets || stored["immutable"]?.GetValue<bool>() != true) return;
        foreach (var field in new[] { "data", "binaryData", "immutable" })
        {
            if (!JsonNode.DeepEquals(stored[field], wanted[field]))
                throw ApiError.Invalid(kind, stored.Name(), field, "Forbidden: field is immutable when `immutable` is set");
        }
    }
}
