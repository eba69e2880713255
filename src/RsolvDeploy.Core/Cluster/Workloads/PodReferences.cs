using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Cluster.Workloads;

/// <summary>Reads the ConfigMaps, Secrets and keys that a pod spec refers to.</summary>
internal static class PodReferences
{
    /// <summary>A reference of a pod spec.</summary>
    /// <param name="Kind">ConfigMap or Secret.</param>
    /// <param name="Name">The object's name.</param>
    /// <param name="Key">The key; null for the whole object.</param>
    /// <param name="Where">Where the template refers to it, for people.</param>
    /// <param name="Optional">Whether pods start without it.</param>
    internal sealed record Reference(ResourceKind Kind, string Name, string? Key, string Where, bool Optional);

    /// <summary>Everything that the spec of a pod refers to.</summary>
    public static IEnumerable<Reference> From(JsonNode? spec)
    {
        foreach (var container in spec.At("initContainers").Objects().Concat(spec.At("containers").Objects()))
        {
            var name = container["name"].Text() ?? "?";
            foreach (var source in container["envFrom"].Objects())
            {
                if (Whole(source.At("configMapRef"), ResourceKind.ConfigMaps, $"envFrom of {name}") is { } map) yield return map;
                if (Whole(source.At("secretRef"), ResourceKind.Secrets, $"envFrom of {name}") is { } secret) yield return secret;
            }

            foreach (var variable in container["env"].Objects())
            {
                var where = $"env {variable["name"].Text()} of {name}";
                if (Whole(variable.At("valueFrom", "configMapKeyRef"), ResourceKind.ConfigMaps, where) is { } map) yield return map;
                if (Whole(variable.At("valueFrom", "secretKeyRef"), ResourceKind.Secrets, where) is { } secret) yield return secret;
            }
        }

        foreach (var volume in spec.At("volumes").Objects())
        {
            var where = $"volume {volume["name"].Text()}";
            foreach (var source in volume.At("projected", "sources").Objects().Append(volume))
            {
                foreach (var reference in Mounted(source.At("configMap"), ResourceKind.ConfigMaps, "name", where)) yield return reference;
                foreach (var reference in Mounted(
                    source.At("secret"), ResourceKind.Secrets, source == volume ? "secretName" : "name", where))
                {
                    yield return reference;
                }
            }
        }

        foreach (var secret in spec.At("imagePullSecrets").Objects())
            if (Whole(secret, ResourceKind.Secrets, "imagePullSecrets") is { } reference) yield return reference;
    }

    private static Reference? Whole(JsonNode? source, ResourceKind kind, string where) =>
        source.At("name").Text() is { } name ? new Reference(kind, name, source.At("key").Text(), where, IsOptional(source)) : null;

    private static IEnumerable<Reference> Mounted(JsonNode? source, ResourceKind kind, string nameKey, string where)
    {
        if (source.At(nameKey).Text() is not { } name) yield break;
        yield return new Reference(kind, name, null, where, IsOptional(source));
        foreach (var item in source.At("items").Objects())
            yield return new Reference(kind, name, item["key"].Text(), where, IsOptional(source));
    }

    private static bool IsOptional(JsonNode? source) => source.At("optional")?.GetValue<bool>() == true;
}
