using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Preflight;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Verifies that a deployment can succeed: cluster, permissions, registry, builder, code and secrets.</summary>
/// <remarks>
/// Nothing is changed: the update is validated in a dry run by the API server, and the push by an upload that is cancelled. Independent
/// checks run in parallel. Problems that exist before the deployment are recorded as the baseline. When a required check fails, the
/// following steps of the pipeline are skipped, and one error lists all failed checks.
/// </remarks>
/// <example>
/// <code>
/// Get-RsolvTarget production | Test-RsolvEnvironment | Backup-RsolvState |
///     Publish-RsolvImage -Phase rfc060-phase5 | Update-RsolvDeployment
/// </code>
/// <para>Deploys only when all required checks passed.</para>
/// </example>
/// <example>
/// <code>(Test-RsolvEnvironment production -Image production-latest -Step Update, Undo).Checks | Where-Object Status -ne Passed</code>
/// <para>Checks what an update to a pushed image needs, and shows the checks that did not pass.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvEnvironment", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Readiness))]
public sealed class TestRsolvEnvironmentCommand : StepCmdlet
{
    /// <summary>Specifies the image to deploy, when it is in the registry. Its platforms and the pull secrets are checked
    /// too.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageCompleter))]
    public string? Image { get; set; }

    /// <summary>Specifies the steps that follow. Checks that only other steps need are skipped. The default is all steps.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public DeploymentStep[]? Step { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new PreflightStep(),
        new PreflightOptions { Steps = Step ?? [], Image = Image });
}
