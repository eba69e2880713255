using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Commands;

/// <summary>Sets the image of a deployment by digest and watches the rollout until it ends.</summary>
/// <remarks>
/// The rollout is watched without polling until all pods run the digest and are ready, the old pods are gone and the deployment is
/// stable; until it fails; or until the time limit. The cause of a failure, such as a crash loop or a missing image, is reported within
/// seconds. <c>-WhatIf</c> and the confirmation show each field that changes, and exactly these changes are written: when the
/// specification was changed in the meantime, the update is rejected and reports that change. In a freeze window (policy.freeze) nothing
/// is updated unless it is overridden by name and reason.
/// </remarks>
/// <example>
/// <code>
/// Get-RsolvTarget production | Backup-RsolvState | Publish-RsolvImage -Phase rfc060-phase5 |
///     Update-RsolvDeployment -RollbackOnFailure
/// </code>
/// <para>Deploys the published image, and rolls back when the rollout fails.</para>
/// </example>
/// <example>
/// <code>Update-RsolvDeployment production -Image ghcr.io/rsolv-dev/rsolv-platform:production-latest -WhatIf</code>
/// <para>Shows the current image and the digest that would replace it, and changes nothing.</para>
/// </example>
[Cmdlet(
    VerbsData.Update, "RsolvDeployment", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ReferenceSet)]
[OutputType(typeof(Rollout))]
public sealed class UpdateRsolvDeploymentCommand : LockingCmdlet
{
    private const string ReferenceSet = "Reference";
    private const string ImageSet = "Image";

    /// <summary>Specifies the image to deploy. A tag is resolved to its digest. Not required after <c>Publish-RsolvImage</c>.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ImageSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageCompleter))]
    public string? Image { get; set; }

    /// <summary>Specifies the published image (<c>repository@sha256:…</c>). Binds from the property of that name.</summary>
    // Not an alias of Image: by property name, Image would bind the image settings of a target or the image of a backup.
    [Parameter(ParameterSetName = ReferenceSet, ValueFromPipelineByPropertyName = true)]
    public string? Reference { get; set; }

    /// <summary>Specifies the time limit of the rollout. The default is the configured time (5 minutes).</summary>
    [Parameter]
    [Duration]
    [ValidateTimeout]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Indicates that the deployment is rolled back to the last known good release when the rollout fails or times
    /// out.</summary>
    [Parameter]
    public SwitchParameter RollbackOnFailure { get; set; }

    /// <summary>Indicates that the update is written although the specification of the Deployment was changed after the plan was shown.
    /// Without it the update is rejected.</summary>
    [Parameter]
    public SwitchParameter AcceptDrift { get; set; }

    /// <summary>Specifies the reason, which the history and the change cause record.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Indicates that the rollback may cross migrations that were applied since that release ran. The history records
    /// them.</summary>
    [Parameter]
    [EffectiveWith(nameof(RollbackOnFailure))]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    /// <summary>Specifies who allows the update in a freeze window (policy.freeze). The ledger records it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OverrideFreezeBy { get; set; }

    /// <summary>Specifies why the update is allowed in a freeze window.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OverrideFreezeReason { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(new UpdateStep(), new UpdateOptions
    {
        Image = Image ?? (string.IsNullOrEmpty(Reference) ? Current?.Release?.Image : Reference),
        Timeout = Timeout,
        RollbackOnFailure = RollbackOnFailure,
        AcceptDrift = AcceptDrift,
        AllowSchemaMismatch = AllowSchemaMismatch,
        Reason = Reason ?? "",
        FreezeOverride = FreezeOverride.From(OverrideFreezeBy, OverrideFreezeReason),
        Lock = Lock,
    });
}
