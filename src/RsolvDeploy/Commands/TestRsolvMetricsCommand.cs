using System.Management.Automation;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Verifies a running deployment by its health and metrics endpoints, Prometheus and the alert rules.</summary>
/// <remarks>
/// Passed: everything required was shown. Failed: something is not as it has to be. Inconclusive: it could not be decided yet, or nothing was asked.
/// Error: it could not be measured, because what would tell did not answer. Prometheus in the cluster is reached through the API server.
/// What Test-RsolvEnvironment found wrong before the deployment is not blamed on it: an alert that fired already is a warning, and a health check
/// that failed already and still does makes the verdict Inconclusive instead of Failed. Response times are compared with those of before.
/// Behind an update or a way back, what passed is noted in the history as verified good: a later Undo-RsolvDeployment goes back there.
/// </remarks>
/// <example>
/// <code>Test-RsolvMetrics production | Select-Object -ExpandProperty Checks</code>
/// <para>Verifies production and shows every check with its evidence.</para>
/// </example>
/// <example>
/// <code>$rollout | Test-RsolvMetrics | Where-Object Verdict -ne Passed | Undo-RsolvDeployment</code>
/// <para>Verifies a rollout, and takes it back unless it passed.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvMetrics")]
[OutputType(typeof(Verification))]
public sealed class TestRsolvMetricsCommand : StepCmdlet
{
    /// <summary>What was wrong before the deployment, from Test-RsolvEnvironment; comes down the pipeline. What failed already then is a warning, and response times are compared.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Baseline? Baseline { get; set; }

    private protected override Baseline? KnownBaseline => Baseline;

    private protected override StepInvocation Invocation => StepInvocation.Create(new VerificationStep(), new VerificationOptions());
}
