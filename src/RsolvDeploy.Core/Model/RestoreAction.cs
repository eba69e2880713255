namespace RsolvDeploy;

/// <summary>What a restore did with an object.</summary>
public enum RestoreAction
{
    /// <summary>It was as it should be.</summary>
    Unchanged,

    /// <summary>Its fields were restored.</summary>
    Applied,

    /// <summary>It was made anew, as it was deleted.</summary>
    Created,

    /// <summary>It was deleted and made anew, as it may not be changed (-Recreate).</summary>
    Recreated,

    /// <summary>It was deleted, as the backup does not hold it (-Prune).</summary>
    Pruned,

    /// <summary>It would be changed: -WhatIf, or it was not confirmed.</summary>
    Planned,

    /// <summary>The server refused it.</summary>
    Failed,

    /// <summary>It was not come to: the restore ended before. Running it again goes on with it.</summary>
    NotReached,
}
