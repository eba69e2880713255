using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>Fields that an API server lets nobody change.</summary>
internal static class ImmutableFields
{
    /// <summary>Throws when one of them differs.</summary>
    public static void Refuse(KindInfo kind, JsonObject stored, JsonObject wanted)
    {
        if (kind == KindInfo.Deployments && !JsonNode.DeepEquals(stored.At("spec", "selector"), wanted.At("spec", "selector")))
            throw ApiError.Invalid($"Deployment.apps \"{stored.Name()}\" is invalid: spec.selector: Invalid value: {wanted.At("spec", "selector")?.ToJsonString()}: field is immutable");
        if (kind != KindInfo.ConfigMaps && kind != KindInfo.Secrets || stored["immutable"]?.GetValue<bool>() != true) return;
        foreach (var field in new[] { "data", "binaryData", "immutable" })
        {
            if (!JsonNode.DeepEquals(stored[field], wanted[field]))
                throw ApiError.Invalid($"{kind.Kind} \"{stored.Name()}\" is invalid: {field}: Forbidden: field is immutable when `immutable` is set");
        }
    }
}
