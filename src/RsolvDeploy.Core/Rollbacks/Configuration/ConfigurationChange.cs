using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;

namespace RsolvDeploy.Rollbacks.Configuration;

/// <summary>A ConfigMap or Secret that goes back with a release.</summary>
/// <param name="Kind">ConfigMap or Secret.</param>
/// <param name="Name">Its name.</param>
/// <param name="Wanted">As that release had it.</param>
/// <param name="Live">As it is; null when it was deleted.</param>
/// <param name="Fields">What differs; of a Secret only lengths are said.</param>
internal sealed record ConfigurationChange(ResourceKind Kind, string Name, JsonObject Wanted, JsonObject? Live, IReadOnlyList<FieldDifference> Fields)
{
    /// <summary>For people: what differs, never a value of a Secret.</summary>
    public string Summary => $"{Kind.Kind}/{Name} ({(Live is null ? "it was deleted" : string.Join(", ", Fields.Select(one => one.Path)))})";

    /// <summary>Whether the object is immutable, so that it is deleted and created again.</summary>
    public bool IsRecreated => Live?["immutable"]?.GetValue<bool>() == true;
}
