namespace RsolvDeploy.Preflight;

/// <summary>What is pending, so that only what it needs is verified.</summary>
/// <param name="Steps">The pending steps.</param>
/// <param name="Image">The image to deploy when it is known already; null when it is still to be built.</param>
internal sealed record PreflightPlan(IReadOnlyList<DeploymentStep> Steps, string? Image);
