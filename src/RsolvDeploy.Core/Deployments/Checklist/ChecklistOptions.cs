using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Deployments.Checklist;

/// <summary>The options of the whole checklist.</summary>
internal sealed record ChecklistOptions
{
    /// <summary>The reason of the deployment.</summary>
    public required string Reason { get; init; }

    /// <summary>The name of the release that the tags contain; null for none.</summary>
    public string? Phase { get; init; }

    /// <summary>The build context; null for the configured one.</summary>
    public string? ContextPath { get; init; }

    /// <summary>An image in the registry to deploy instead of a build; null to build one.</summary>
    public string? Image { get; init; }

    /// <summary>The names of phases that are left out.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>The target that is validated first; null for the configured one.</summary>
    public string? StagingTarget { get; init; }

    /// <summary>Why that validation is skipped (option B); null to validate (option A).</summary>
    public string? StagingSkipReason { get; init; }

    /// <summary>How long the new release is watched before the sign-off; null for the configured time.</summary>
    public TimeSpan? WatchFor { get; init; }

    /// <summary>Who allows a deployment in a freeze window, and why; null for nobody.</summary>
    public FreezeOverride? FreezeOverride { get; init; }

    /// <summary>The comment of the sign-off; empty when there is none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}
