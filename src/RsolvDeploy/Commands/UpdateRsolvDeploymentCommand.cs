using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Commands;

/// <summary>Sets the image of a deployment by digest and watches the rollout to its end.</summary>
/// <remarks>
/// Nothing is polled: the rollout is watched until every wanted pod runs the digest and is ready, the old pods are gone and it has stayed so,
/// until it has failed, or until the time is over. A crash loop, a missing image and the like are named with their cause within seconds.
/// What will be written is shown field by field by <c>-WhatIf</c> and in the question, and exactly that is written: when somebody
/// else changed the specification since, the write is refused with what changed.
/// </remarks>
/// <example>
/// <code>Get-RsolvTarget production | Backup-RsolvState | Publish-RsolvImage -Phase rfc060-phase5 | Update-RsolvDeployment -RollbackOnFailure</code>
/// <para>Deploys what was just published, and goes back when it fails.</para>
/// </example>
/// <example>
/// <code>Update-RsolvDeployment production -Image ghcr.io/rsolv-dev/rsolv-platform:production-latest -WhatIf</code>
/// <para>Shows from which image to which digest the deployment would change, and changes nothing.</para>
/// </example>
[Cmdlet(VerbsData.Update, "RsolvDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(Rollout))]
public sealed class UpdateRsolvDeploymentCommand : LockingCmdlet
{
    /// <summary>The image to deploy. A tag is resolved to its digest first. Not needed behind <c>Publish-RsolvImage</c>.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>The published image (<c>repository@sha256:…</c>), bound from the property of that name.</summary>
    // Not an alias of Image: by property name that would bind the configured image settings of a target, or the image a backup saw.
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Reference { get; set; }

    /// <summary>How long the rollout may take; the configured time (5 minutes) when not given.</summary>
    [Parameter]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Goes back to the previous revision when the rollout fails or does not end in time.</summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>Writes also when somebody else changed the Deployment's specification after the change was shown. Without it the write is refused, with what changed.</summary>
    [Parameter]
    public SwitchParameter AcceptDrift { get; set; }

    /// <summary>Why; it stands in the history and in the change cause.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Goes back also when migrations were applied since that release ran; which ones is recorded.</summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(new UpdateStep(), new UpdateOptions
    {
        Image = Image ?? (string.IsNullOrEmpty(Reference) ? null : Reference),
        Timeout = Timeout,
        RollbackOnFailure = RollbackOnFailure,
        AcceptDrift = AcceptDrift,
        AllowSchemaMismatch = AllowSchemaMismatch,
        Reason = Reason ?? "",
        Lock = Lock,
    });
}
