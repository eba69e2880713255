namespace RsolvDeploy;

/// <summary>Whether a deployment should be started.</summary>
public enum ReadinessVerdict : long
{
    /// <summary>All required checks passed, and no other check failed or warned.</summary>
    Ready,

    /// <summary>All required checks passed, but another check failed or warned.</summary>
    ReadyWithRisks,

    /// <summary>A required check did not pass: a deployment would fail, or could not be rolled back.</summary>
    NotReady,
}
