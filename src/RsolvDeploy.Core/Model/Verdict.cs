namespace RsolvDeploy;

/// <summary>What a verification concluded. The worst of its checks decides.</summary>
public enum Verdict
{
    /// <summary>All required checks passed.</summary>
    Passed,

    /// <summary>A required check failed: the thing measured is not as it has to be.</summary>
    Failed,

    /// <summary>It could not be decided: no data yet, or nothing was asked.</summary>
    Inconclusive,

    /// <summary>It could not be measured: the service that measures it did not respond, or refused.</summary>
    Error,
}
