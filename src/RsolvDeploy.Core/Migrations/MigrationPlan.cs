namespace RsolvDeploy.Migrations;

/// <summary>What was seen before anything is migrated.</summary>
/// <param name="Target">Where.</param>
/// <param name="Pod">The pod to run commands in.</param>
/// <param name="Command">Runs them.</param>
/// <param name="Before">What is applied and what is pending.</param>
/// <param name="Started">When it was begun to look.</param>
internal sealed record MigrationPlan(Target Target, MigrationPod Pod, PodCommand Command, MigrationList Before, DateTimeOffset Started)
{
    /// <summary>The pending ones, in words.</summary>
    public string Pending => string.Join(", ", Before.Pending);
}
