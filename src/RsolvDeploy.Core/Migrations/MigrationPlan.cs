using RsolvDeploy.Checks;

namespace RsolvDeploy.Migrations;

/// <summary>What is there before anything is migrated.</summary>
/// <param name="Target">Where.</param>
/// <param name="Pod">The pod to run commands in.</param>
/// <param name="Command">Runs them.</param>
/// <param name="Before">What is applied and what is pending.</param>
/// <param name="Timer">When the status began to be read.</param>
internal sealed record MigrationPlan(Target Target, MigrationPod Pod, PodCommand Command, MigrationList Before, CheckTimer Timer)
{
    /// <summary>The pending ones, in words.</summary>
    public string Pending => string.Join(", ", Before.Pending);
}
