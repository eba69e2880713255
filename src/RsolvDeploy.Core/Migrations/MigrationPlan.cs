using RsolvDeploy.Checks;

namespace RsolvDeploy.Migrations;

/// <summary>A migration before it changes anything.</summary>
/// <param name="Target">The environment.</param>
/// <param name="Pod">The pod to run commands in.</param>
/// <param name="Command">Runs them.</param>
/// <param name="Before">The applied and the pending migrations.</param>
/// <param name="Timer">Started before they were listed.</param>
internal sealed record MigrationPlan(Target Target, MigrationPod Pod, PodCommand Command, MigrationList Before, CheckTimer Timer)
{
    /// <summary>The pending migrations, for people.</summary>
    public string Pending => string.Join(", ", Before.Pending);
}
