using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>A ConfigMap or Secret that a rollback restores.</summary>
/// <param name="Kind">ConfigMap or Secret.</param>
/// <param name="Name">Its name.</param>
/// <param name="Wanted">The object as that release had it.</param>
/// <param name="Live">The live object; null when it was deleted.</param>
/// <param name="Fields">The fields that differ; for a Secret only the lengths of the values.</param>
internal sealed record ConfigurationChange(
    ResourceKind Kind, string Name, JsonObject Wanted, JsonObject? Live, IReadOnlyList<FieldDifference> Fields)
{
    /// <summary>For people: the fields that differ, never a value of a Secret.</summary>
    public string Summary => $"{Kind.Kind}/{Name} ({(Live is null ? "deleted" : string.Join(", ", Fields.Select(one => one.Path)))})";

    /// <summary>Whether the object is immutable, so that it is deleted and created again.</summary>
    public bool IsRecreated => Live?["immutable"]?.GetValue<bool>() == true;

    /// <summary>The object to create, with the labels, annotations and owners of the live one, or else of the saved one.</summary>
    public JsonObject Recreated()
    {
        var recreated = (JsonObject)Wanted.DeepClone();
        if (Live is null) return recreated;
        foreach (var part in Kept)
        {
            ((JsonObject)recreated["metadata"]!).Remove(part);
            if (Live.At("metadata", part) is { } value) recreated["metadata"]![part] = value.DeepClone();
        }

        return recreated;
    }

    /// <summary>The parts of the metadata that an object keeps when it is created again.</summary>
    public static IReadOnlyList<string> Kept { get; } = ["labels", "annotations", "ownerReferences"];
}
