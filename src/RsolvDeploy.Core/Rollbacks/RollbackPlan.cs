using System.Text.Json.Nodes;
using RsolvDeploy.Rollouts;

namespace RsolvDeploy.Rollbacks;

/// <summary>A way back that is still to be taken.</summary>
/// <param name="Target">Where.</param>
/// <param name="Container">The container whose image is looked at.</param>
/// <param name="Template">The pod template to go back to.</param>
/// <param name="From">The image and revision to leave.</param>
/// <param name="To">The image and revision, or the backup, to go back to.</param>
/// <param name="Seen">The Deployment as it was when this was planned.</param>
/// <param name="ChangesNothing">Whether the Deployment already has this template.</param>
internal sealed record RollbackPlan(Target Target, string Container, JsonObject Template, string From, string To, JsonObject Seen, bool ChangesNothing)
{
    /// <summary>The image to go back to.</summary>
    public string Image => DeploymentReading.Image(Template, Container) ?? "";

    /// <summary>Why it is gone back there.</summary>
    public string Choice { get; init; } = "";
}
