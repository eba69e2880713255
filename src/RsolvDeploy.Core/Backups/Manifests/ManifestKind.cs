using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>A kind in a backup.</summary>
/// <param name="ApiVersion">Group and version of its objects.</param>
/// <param name="Kind">Its name in objects; unique in a backup.</param>
/// <param name="Plural">Its name in paths.</param>
/// <param name="ResourceVersion">The version at which all of its objects were read.</param>
internal sealed record ManifestKind(string ApiVersion, string Kind, string Plural, string ResourceVersion)
{
    /// <summary>
    /// The label selector of its objects; null when the backup holds all of the namespace. Of Deployments it holds the target's alone.
    /// </summary>
    public string? Selector { get; init; }

    /// <summary>Whether the backup holds only the workloads of the target, and not all objects of the namespace; null for all.</summary>
    public bool? OnlyNamed { get; init; }

    /// <summary>Whether its objects hold their <c>status</c>, because it is a field like others; null where they do not.</summary>
    public bool? KeepsStatus { get; init; }

    /// <summary>
    /// The kind for requests. It is always namespaced, so that no manifest makes a restore change an object outside of the namespace.
    /// </summary>
    public ResourceKind ToResource()
    {
        var slash = ApiVersion.IndexOf('/');
        return new ResourceKind(slash < 0 ? "" : ApiVersion[..slash], ApiVersion[(slash + 1)..], Plural, Kind)
        {
            KeepsStatus = KeepsStatus == true,
        };
    }
}
