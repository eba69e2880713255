using System.Management.Automation;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Preflight;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Verifies before anything is changed that a deployment can succeed: cluster, permissions, registry, builder, code and secrets.</summary>
/// <remarks>
/// Everything that does not depend on each other is asked at once, and nothing is changed: the change is tried as a dry run of the server, the push
/// as an upload that is cancelled again. What was wrong already is recorded as the baseline. A required check that fails stops the steps behind
/// this one in the pipe, with one error that lists them all.
/// </remarks>
/// <example>
/// <code>Get-RsolvTarget production | Test-RsolvEnvironment | Backup-RsolvState | Publish-RsolvImage -Phase rfc060-phase5 | Update-RsolvDeployment</code>
/// <para>Deploys only when everything that is required was shown.</para>
/// </example>
/// <example>
/// <code>(Test-RsolvEnvironment production -Image production-latest -Step Update, Undo).Checks | Where-Object Status -ne Passed</code>
/// <para>Looks at what an update to an image that is pushed already needs, and shows what is not as it has to be.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvEnvironment")]
[OutputType(typeof(Readiness))]
public sealed class TestRsolvEnvironmentCommand : StepCmdlet
{
    /// <summary>The image to deploy, when it is pushed already; its platforms and the pull secrets are looked at too.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>The steps to come; what only others need is skipped. All of them when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public DeploymentStep[]? Step { get; set; }

    private protected override StepInvocation Invocation => StepInvocation.Create(
        new PreflightStep(),
        new PreflightOptions { Steps = Step ?? [], Image = Image });
}
