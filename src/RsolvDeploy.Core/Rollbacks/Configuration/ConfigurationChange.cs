using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;

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
}
