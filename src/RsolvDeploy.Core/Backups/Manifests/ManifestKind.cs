using RsolvDeploy.Cluster;

namespace RsolvDeploy.Backups.Manifests;

/// <summary>A kind of which a backup holds objects.</summary>
/// <param name="ApiVersion">Group and version of its objects.</param>
/// <param name="Kind">As objects name it. No two kinds of a backup share it.</param>
/// <param name="Plural">As paths name it.</param>
/// <param name="ResourceVersion">The one version at which all of its objects were read.</param>
internal sealed record ManifestKind(string ApiVersion, string Kind, string Plural, string ResourceVersion)
{
    /// <summary>The label selector that its objects match; null when all of the namespace are in the backup. Of Deployments only the target's ever is.</summary>
    public string? Selector { get; init; }

    /// <summary>The same, as it is asked for. Always of a namespace: whatever a manifest says, nothing outside of it is touched.</summary>
    public ResourceKind ToResource()
    {
        var slash = ApiVersion.IndexOf('/');
        return new ResourceKind(slash < 0 ? "" : ApiVersion[..slash], ApiVersion[(slash + 1)..], Plural, Kind);
    }
}
