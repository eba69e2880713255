using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
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
        var reads = await Task.WhenAll(
            objects.Select(async one => (one, Object: await cluster.FindAsync(one.Kind, target.Namespace, one.Name, ct))));
        var found = reads.ToDictionary(pair => pair.one, pair => pair.Object);
        var missing = references.Select(reference => Missing(reference, found[(reference.Kind, reference.Name)])).OfType<string>().ToList();
        return CheckOutcome.MetIf(missing.Count == 0,
            missing.Count == 0
                ? $"{references.Count} references to {objects.Count} objects, all present"
                : string.Join("; ", missing.Distinct()),
            "Create what is missing, correct the reference, or mark it optional: the new pods would not start.")
            .Compared(references.Count, references.Count - missing.Count);
    }

    private static string? Missing(PodReferences.Reference reference, JsonObject? found)
    {
        if (found is null) return $"{reference.Kind.Kind}/{reference.Name} does not exist ({reference.Where})";
        return reference.Key is null || found.At("data", reference.Key) is not null || found.At("binaryData", reference.Key) is not null
            ? null
            : $"{reference.Kind.Kind}/{reference.Name} has no key {reference.Key} ({reference.Where})";
    }
}
