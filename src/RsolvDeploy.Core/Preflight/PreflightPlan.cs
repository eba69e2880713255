namespace RsolvDeploy.Preflight;

/// <summary>What is to come, so that only what it needs is looked at.</summary>
/// <param name="Steps">The steps to come.</param>
/// <param name="Image">The image to deploy when it is known already; null when it is still to be built.</param>
internal sealed record PreflightPlan(IReadOnlyList<DeploymentStep> Steps, string? Image);
