using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>A mutating admission policy for Deployments: it names images of one registry by another one, a mirror. Thread safe.</summary>
internal sealed class ImagePolicy
{
    private (string Registry, string Mirror)? _rewrite;

    /// <summary>Enables it.</summary>
    /// <param name="registry">The host that it replaces.</param>
    /// <param name="mirror">The host that it names instead.</param>
    public void Rewrite(string registry, string mirror) => _rewrite = (registry, mirror);

    /// <summary>Applies it to an object that somebody writes.</summary>
    public JsonObject Admit(KindInfo kind, JsonObject item)
    {
        if (kind != KindInfo.Deployments || _rewrite is not var (registry, mirror)) return item;
        foreach (var container in (item.At("spec", "template", "spec")?["containers"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (container["image"].Text() is { } image && image.StartsWith($"{registry}/", StringComparison.Ordinal))
                container["image"] = $"{mirror}{image[registry.Length..]}";
        }

        return item;
    }
}
