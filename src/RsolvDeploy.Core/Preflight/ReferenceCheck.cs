using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Json;

namespace RsolvDeploy.Preflight;

/// <summary><c>environment.references</c>: the ConfigMaps, Secrets and keys that the pod template refers to exist.</summary>
internal static class ReferenceCheck
{
    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, JsonObject deployment, CancellationToken ct)
    {
        var references = PodReferences.From(deployment.At("spec", "template", "spec"))
            .Where(reference => !reference.Optional)
            .Distinct()
            .ToList();
        if (references.Count == 0) return CheckOutcome.Met("the pods refer to no ConfigMap and no Secret").Compared(0, 0);
        var objects = references.Select(reference => (reference.Kind, reference.Name)).Distinct().ToList();
        var reads = await Task.WhenAll(objects.Select(async one => (one, Read: await ReadAsync(cluster, target, one, ct))));
        var found = reads.Where(pair => pair.Read.IsAllowed).ToDictionary(pair => pair.one, pair => pair.Read.Found);
        var missing = references
            .Where(reference => found.ContainsKey((reference.Kind, reference.Name)))
            .Select(reference => Missing(reference, found[(reference.Kind, reference.Name)]))
            .OfType<string>()
            .ToList();
        var unknown = objects.Where(one => !found.ContainsKey(one)).ToList();
        if (missing.Count == 0 && unknown.Count > 0)
        {
            var names = string.Join(", ", unknown.Select(one => $"{one.Kind.Kind}/{one.Name}"));
            var verbs = string.Join(", ", unknown.Select(one => $"'get {one.Kind.Plural}'").Distinct());
            return CheckOutcome.Warning(
                $"{names} may not be read, so that what the pods refer to exists is not known",
                $"Allow {verbs} in {target.Namespace}, or continue when the other checks pass.")
                .Compared(references.Count, references.Count(one => found.ContainsKey((one.Kind, one.Name))));
        }

        return CheckOutcome.MetIf(missing.Count == 0,
            missing.Count == 0
                ? $"{references.Count} references to {objects.Count} objects, all present"
                : string.Join("; ", missing.Distinct()),
            "Create what is missing, correct the reference, or mark it optional: the new pods would not start.")
            .Compared(references.Count, references.Count - missing.Count);
    }

    private static async Task<(bool IsAllowed, JsonObject? Found)> ReadAsync(
        ClusterClient cluster, Target target, (ResourceKind Kind, string Name) one, CancellationToken ct)
    {
        try
        {
            return (true, await cluster.FindAsync(one.Kind, target.Namespace, one.Name, ct));
        }
        catch (ApiException e) when (e.StatusCode == 403)
        {
            return (false, null);
        }
    }

    private static string? Missing(PodReferences.Reference reference, JsonObject? found)
    {
        if (found is null) return $"{reference.Kind.Kind}/{reference.Name} does not exist ({reference.Where})";
        return reference.Key is null || found.At("data", reference.Key) is not null || found.At("binaryData", reference.Key) is not null
            ? null
            : $"{reference.Kind.Kind}/{reference.Name} has no key {reference.Key} ({reference.Where})";
    }
}
