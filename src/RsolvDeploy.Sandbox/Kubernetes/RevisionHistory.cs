using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RsolvDeploy.Sandbox.Kubernetes;

/// <summary>The ControllerRevisions of StatefulSets and DaemonSets: one for each pod template, numbered by its last use.</summary>
internal sealed class RevisionHistory(ObjectStore store)
{
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>The revision of the current template; a template that is used again gets the next number.</summary>
    public JsonObject Current(JsonObject owner, string hashLabel)
    {
        var data = Data(owner);
        var known = Of(owner);
        var next = known.Select(Number).DefaultIfEmpty(0).Max() + 1;
        if (known.Find(one => JsonNode.DeepEquals(one["data"], data)) is not { } same) return Create(owner, data, next, hashLabel);
        if (Number(same) == next - 1) return same;
        return store.Update(KindInfo.ControllerRevisions, owner.Namespace(), same.Name(), current =>
        {
            current["revision"] = next;
            return current.Unversioned();
        });
    }

    /// <summary>Deletes the oldest revisions above the limit that no pod and no status names.</summary>
    public void Prune(JsonObject owner, IReadOnlySet<string> used)
    {
        var limit = owner.At("spec", "revisionHistoryLimit").Number() ?? 10;
        foreach (var old in Of(owner).Where(one => !used.Contains(one.Name())).OrderByDescending(Number).Skip(limit))
            store.Delete(KindInfo.ControllerRevisions, old.Namespace(), old.Name());
    }

    /// <summary>The pod template of a revision by name; null when the revision is gone.</summary>
    public JsonObject? Template(string ns, string name)
    {
        var template = store.Find(KindInfo.ControllerRevisions, ns, name).At("data", "spec", "template") as JsonObject;
        template?.Remove("$patch");
        return template?.Copy();
    }

    /// <summary>Deletes the revisions of owners that are gone.</summary>
    public void RemoveOrphans(string kind, IReadOnlyList<JsonObject> owners)
    {
        foreach (var revision in store.List(KindInfo.ControllerRevisions, null).Items)
        {
            if (Workload.OwnerKind(revision) == kind && !owners.Any(revision.IsOwnedBy))
                store.Delete(KindInfo.ControllerRevisions, revision.Namespace(), revision.Name());
        }
    }

    private List<JsonObject> Of(JsonObject owner) =>
        [.. store.List(KindInfo.ControllerRevisions, owner.Namespace()).Items.Where(one => one.IsOwnedBy(owner))];

    private JsonObject Create(JsonObject owner, JsonObject data, int number, string hashLabel)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(data.ToJsonString()));
        var hash = string.Concat(bytes.Take(10).Select(one => Letters[one % Letters.Length]));
        var labels = owner.At("spec", "template", "metadata", "labels") is JsonObject given ? given.Copy() : [];
        labels[hashLabel] = hash;
        return store.Create(KindInfo.ControllerRevisions, owner.Namespace(), new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{owner.Name()}-{hash}",
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(owner.OwnerReference()),
            },
            ["data"] = data,
            ["revision"] = number,
        });
    }

    // As a patch that replaces the template, which is what the controllers store.
    private static JsonObject Data(JsonObject owner)
    {
        var template = ((JsonObject)owner.At("spec", "template")!).Copy();
        template.Insert(0, "$patch", "replace");
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = template } };
    }

    private static int Number(JsonObject revision) => revision["revision"].Number() ?? 0;
}
