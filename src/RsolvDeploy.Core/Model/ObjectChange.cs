namespace RsolvDeploy;

/// <summary>How an object of a backup differs from what it is compared with.</summary>
public enum ObjectChange : long
{
    /// <summary>It does not differ.</summary>
    Equal,

    /// <summary>Fields of it differ.</summary>
    Changed,

    /// <summary>It exists in the backup only.</summary>
    Deleted,

    /// <summary>It exists on the other side only.</summary>
    Added,
}
