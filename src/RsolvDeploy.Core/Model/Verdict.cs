namespace RsolvDeploy;

/// <summary>The verdict of a verification. The worst of its checks decides.</summary>
public enum Verdict : long
{
    /// <summary>All required checks passed.</summary>
    Passed,

    /// <summary>A required check failed: a measured requirement is not met.</summary>
    Failed,

    /// <summary>It could not be decided: there is no data yet, or nothing was measured.</summary>
    Inconclusive,

    /// <summary>It could not be measured: the service that measures it did not respond, or refused.</summary>
    Error,
}
