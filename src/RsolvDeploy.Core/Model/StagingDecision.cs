namespace RsolvDeploy;

/// <summary>How staging is dealt with before a deployment.</summary>
public enum StagingDecision : long
{
    /// <summary>Option A: staging is validated.</summary>
    Validated,

    /// <summary>Option B: the validation is skipped, for a recorded reason.</summary>
    Skipped,
}
