using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>Finds the owners of a deleted object that still exist: the garbage collector deletes an object whose owners are gone.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="ns">The namespace.</param>
internal sealed class LivingOwners(ClusterClient cluster, string ns)
{
    /// <summary>The object with those of its owners that exist.</summary>
    public async Task<JsonObject> KeepAsync(JsonObject saved, CancellationToken ct)
    {
        if (saved.At("metadata", "ownerReferences") is not JsonArray { Count: > 0 } owners) return saved;
        var living = new JsonArray();
        foreach (var owner in owners.OfType<JsonObject>())
            if (await ExistsAsync(owner, ct)) living.Add(owner.DeepClone());
        var kept = (JsonObject)saved.DeepClone();
        ((JsonObject)kept["metadata"]!).Remove("ownerReferences");
        if (living.Count > 0) kept["metadata"]!["ownerReferences"] = living;
        return kept;
    }

    private async Task<bool> ExistsAsync(JsonObject owner, CancellationToken ct)
    {
        var version = owner["apiVersion"].Text() ?? "";
        var root = $"{(version.Contains('/', StringComparison.Ordinal) ? "apis" : "api")}/{version}";
        try
        {
            var kinds = (await cluster.DiscoverAsync(root, ct)).At("resources") as JsonArray ?? [];
            var kind = kinds.OfType<JsonObject>().FirstOrDefault(one =>
                one["kind"].Text() == owner["kind"].Text() && one["name"].Text()?.Contains('/', StringComparison.Ordinal) == false);
            if (kind is null) return false;
            var place = kind["namespaced"]?.GetValue<bool>() == true ? $"namespaces/{ns}/" : "";
            var found = await cluster.DiscoverAsync($"{root}/{place}{kind["name"].Text()}/{owner["name"].Text()}", ct);
            return found is not null && found.At("metadata", "uid").Text() == owner["uid"].Text();
        }
        catch (DeployException e) when (e.Id == "Forbidden")
        {
            return true; // who may not read it cannot know better
        }
    }
}
