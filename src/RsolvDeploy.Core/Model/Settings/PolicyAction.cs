namespace RsolvDeploy;

/// <summary>What follows in a deployment.</summary>
public enum PolicyAction : long
{
    /// <summary>The next step.</summary>
    Continue,

    /// <summary>Nothing: the following steps are not started, and everything stays as it is.</summary>
    Stop,

    /// <summary>A rollback to the last known good release.</summary>
    RollBack,
}
