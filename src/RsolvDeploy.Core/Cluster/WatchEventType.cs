namespace RsolvDeploy.Cluster;

/// <summary>What happened to an object that is watched.</summary>
internal enum WatchEventType
{
    /// <summary>It is there: found by the first list, or new.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>The first list is complete; comes once.</summary>
    Synced,
}
