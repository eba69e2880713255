namespace RsolvDeploy;

/// <summary>What an announcement is about.</summary>
public enum AnnouncementKind : long
{
    /// <summary>The deployment is about to start.</summary>
    Before,

    /// <summary>The deployment succeeded.</summary>
    After,

    /// <summary>The deployment failed.</summary>
    Failed,

    /// <summary>The release was rolled back.</summary>
    RolledBack,
}
