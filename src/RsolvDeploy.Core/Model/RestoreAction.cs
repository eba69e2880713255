namespace RsolvDeploy;

/// <summary>The outcome of one object of a restore.</summary>
public enum RestoreAction : long
{
    /// <summary>It did not differ.</summary>
    Unchanged,

    /// <summary>Its fields were restored.</summary>
    Applied,

    /// <summary>It had been deleted and was created again.</summary>
    Created,

    /// <summary>It cannot be changed, so it was deleted and created again (-Recreate).</summary>
    Recreated,

    /// <summary>It is not in the backup and was deleted (-Prune).</summary>
    Pruned,

    /// <summary>It would be changed: -WhatIf, or the confirmation was declined.</summary>
    Planned,

    /// <summary>The API server rejected it.</summary>
    Failed,

    /// <summary>Not started: the restore ended before it. Running the restore again continues with it.</summary>
    NotReached,
}
