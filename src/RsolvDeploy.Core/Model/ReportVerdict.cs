namespace RsolvDeploy;

/// <summary>How a run ended, as its report shows it first.</summary>
public enum ReportVerdict : long
{
    /// <summary>Every step succeeded.</summary>
    Succeeded,

    /// <summary>The release was rolled back, and the earlier one runs again.</summary>
    RolledBack,

    /// <summary>A step failed, and nothing was rolled back.</summary>
    Failed,

    /// <summary>A step is running, interrupted or pending.</summary>
    Incomplete,

    /// <summary>The run was only planned; nothing was changed.</summary>
    Planned,
}
