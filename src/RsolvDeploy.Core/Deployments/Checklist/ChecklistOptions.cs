using RsolvDeploy.Steps;

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

    /// <summary>Who allows a deployment in a freeze window; null for nobody.</summary>
    public string? OverrideFreezeBy { get; init; }

    /// <summary>Why; null without an override.</summary>
    public string? OverrideFreezeReason { get; init; }

    /// <summary>The comment of the sign-off; empty when there is none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>How the lock is acquired.</summary>
    public LockOptions Lock { get; init; }
}
