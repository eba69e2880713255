namespace RsolvDeploy;

/// <summary>The order in which the workloads of a release are updated.</summary>
public enum RolloutOrder : long
{
    /// <summary>One after the other, as listed; the first failure stops the rest.</summary>
    Sequential,

    /// <summary>All at once.</summary>
    Parallel,
}
