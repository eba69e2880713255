namespace RsolvDeploy.Cluster;

/// <summary>How a patch is merged into the object.</summary>
internal enum PatchKind
{
    /// <summary>JSON merge patch (RFC 7396).</summary>
    Merge,

    /// <summary>Lists are merged by their keys, as the kind defines them.</summary>
    StrategicMerge,

    /// <summary>JSON patch (RFC 6902): a list of operations.</summary>
    Json,

    /// <summary>Server-side apply; never takes fields from another manager.</summary>
    Apply,
}
