namespace RsolvDeploy.Preflight;

/// <summary>What is verified before a deployment.</summary>
internal sealed record PreflightOptions
{
    /// <summary>The steps that follow; checks that only other steps need are skipped. Empty for all steps.</summary>
    public IReadOnlyList<DeploymentStep> Steps { get; init; } = [];

    /// <summary>The image to deploy when it is pushed already; null for one that is still to be built.</summary>
    public string? Image { get; init; }
}
