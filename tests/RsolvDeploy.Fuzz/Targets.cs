namespace RsolvDeploy.Fuzz;

/// <summary>Every parser of what strangers write.</summary>
internal static class Targets
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<FuzzTarget> All =
        [.. DocumentTargets.All, .. RegistryTargets.All, .. MonitoringTargets.All, .. StreamTargets.All, .. RecordTargets.All];
}
