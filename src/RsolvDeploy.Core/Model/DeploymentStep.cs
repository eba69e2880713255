namespace RsolvDeploy;

/// <summary>A pending step, whose requirements are checked before it starts.</summary>
public enum DeploymentStep : long
{
    /// <summary><c>Backup-RsolvState</c>.</summary>
    Backup,

    /// <summary><c>Publish-RsolvImage</c>.</summary>
    Publish,

    /// <summary><c>Update-RsolvDeployment</c>.</summary>
    Update,

    /// <summary><c>Invoke-RsolvMigration</c>.</summary>
    Migrate,

    /// <summary><c>Test-RsolvMetrics</c>.</summary>
    Verify,

    /// <summary><c>Undo-RsolvDeployment</c>.</summary>
    Undo,

    /// <summary><c>Send-RsolvTestData</c>.</summary>
    TestData,
}
