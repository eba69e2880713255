using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Json;

namespace RsolvDeploy.Preflight;

/// <summary>The ConfigMaps, Secrets and keys that a pod template refers to, held against what is there.</summary>
internal static class PodReferences
{
    /// <param name="Kind">ConfigMap or Secret.</param>
    /// <param name="Name">The object's name.</param>
    /// <param name="Key">The key; null for the whole object.</param>
    /// <param name="Where">Where the template refers to it, for people.</param>
    /// <param name="Optional">Whether pods start without it.</param>
    internal sealed record Reference(ResourceKind Kind, string Name, string? Key, string Where, bool Optional);

    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var references = From(deployment.At("spec", "template", "spec")).Where(reference => !reference.Optional).Distinct().ToList();
        if (references.Count == 0) return CheckOutcome.Passed("the pods refer to no ConfigMap and no Secret");
        var objects = references.Select(reference => (reference.Kind, reference.Name)).Distinct().ToList();
        var found = (await Task.WhenAll(objects.Select(async one => (one, Object: await cluster.FindAsync(one.Kind, target.Namespace, one.Name, ct))))).ToDictionary(pair => pair.one, pair => pair.Object);
        var missing = references.Select(reference => Missing(reference, found[(reference.Kind, reference.Name)])).OfType<string>().Distinct().ToList();
        return missing.Count == 0
            ? CheckOutcome.Passed($"{references.Count} references to {objects.Count} objects, all there")
            : CheckOutcome.Failed(string.Join("; ", missing), "Create what is missing, correct the reference, or mark it optional: the new pods would not start.");
    }

    private static string? Missing(Reference reference, JsonObject? found)
    {
        if (found is null) return $"{reference.Kind.Kind}/{reference.Name} is not there ({reference.Where})";
        return reference.Key is null || found.At("data", reference.Key) is not null || found.At("binaryData", reference.Key) is not null
            ? null
            : $"{reference.Kind.Kind}/{reference.Name} has no key {reference.Key} ({reference.Where})";
    }

    /// <summary>Everything that the spec of a pod refers to.</summary>
    public static IEnumerable<Reference> From(JsonNode? spec)
    {
        foreach (var container in Items(spec.At("initContainers")).Concat(Items(spec.At("containers"))))
        {
            var name = container["name"].Text() ?? "?";
            foreach (var source in Items(container["envFrom"]))
            {
                if (Whole(source.At("configMapRef"), ResourceKind.ConfigMaps, $"envFrom of {name}") is { } map) yield return map;
                if (Whole(source.At("secretRef"), ResourceKind.Secrets, $"envFrom of {name}") is { } secret) yield return secret;
            }

            foreach (var variable in Items(container["env"]))
            {
                var where = $"env {variable["name"].Text()} of {name}";
                if (Whole(variable.At("valueFrom", "configMapKeyRef"), ResourceKind.ConfigMaps, where) is { } map) yield return map;
                if (Whole(variable.At("valueFrom", "secretKeyRef"), ResourceKind.Secrets, where) is { } secret) yield return secret;
            }
        }

        foreach (var volume in Items(spec.At("volumes")))
        {
            var where = $"volume {volume["name"].Text()}";
            foreach (var source in Items(volume.At("projected", "sources")).Append(volume))
            {
                foreach (var reference in Mounted(source.At("configMap"), ResourceKind.ConfigMaps, "name", where)) yield return reference;
                foreach (var reference in Mounted(source.At("secret"), ResourceKind.Secrets, source == volume ? "secretName" : "name", where)) yield return reference;
            }
        }

        foreach (var secret in Items(spec.At("imagePullSecrets")))
            if (Whole(secret, ResourceKind.Secrets, "imagePullSecrets") is { } reference) yield return reference;
    }

    private static Reference? Whole(JsonNode? source, ResourceKind kind, string where) =>
        source.At("name").Text() is { } name ? new Reference(kind, name, source.At("key").Text(), where, IsOptional(source)) : null;

    private static IEnumerable<Reference> Mounted(JsonNode? source, ResourceKind kind, string nameKey, string where)
    {
        if (source.At(nameKey).Text() is not { } name) yield break;
        yield return new Reference(kind, name, null, where, IsOptional(source));
        foreach (var item in Items(source.At("items"))) yield return new Reference(kind, name, item["key"].Text(), where, IsOptional(source));
    }

    private static bool IsOptional(JsonNode? source) => source.At("optional")?.GetValue<bool>() == true;

    private static IEnumerable<JsonObject> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();
}
