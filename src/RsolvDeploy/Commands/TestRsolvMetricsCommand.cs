using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Verifies a running deployment: health and metrics endpoints, Prometheus and the alert rules.</summary>
/// <remarks>
/// The verdict is Passed when all required checks passed, Failed when a requirement is not met, Inconclusive when there is not enough
/// data, and Error when a service did not respond. Prometheus in the cluster is reached through the API server. Problems in the
/// baseline of Test-RsolvEnvironment do not count against the deployment: an alert that fired before is a warning, and a health check
/// that failed before and still fails makes the verdict Inconclusive instead of Failed. Response times are compared with the baseline.
/// Behind Send-RsolvTestData, or with its Baseline, the command also verifies by how much the counters rose and with which labels. The
/// settings verification of the target set how many measurements decide and how many may fail; a service that does not respond is asked
/// again. Where alertmanager is configured, a firing alert is shown with its receivers, silences and inhibitions.
/// After an update or a rollback, a passed verification is recorded in the history: Undo-RsolvDeployment rolls back to the last
/// verified release.
/// </remarks>
/// <example>
/// <code>Test-RsolvMetrics production | Select-Object -ExpandProperty Checks</code>
/// <para>Verifies production and shows every check with its evidence.</para>
/// </example>
/// <example>
/// <code>$rollout | Test-RsolvMetrics | Where-Object Verdict -ne Passed | Undo-RsolvDeployment</code>
/// <para>Verifies a rollout, and rolls it back unless the verification passed.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvMetrics", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Verification))]
public sealed class TestRsolvMetricsCommand : StepCmdlet
{
    /// <summary>Specifies the baseline from Test-RsolvEnvironment; the pipeline passes it on. A check that failed in the baseline is a
    /// warning, and response times are compared with it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Deserialized(typeof(Baseline))]
    public Baseline? Baseline { get; set; }

    /// <summary>Specifies the credential for Prometheus. Its password is a token when its user name is
    /// Bearer. It replaces the configured one, goes over TLS only, and is
    /// not recorded.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    private protected override Baseline? KnownBaseline => Baseline;

    private protected override StepInvocation Invocation =>
        StepInvocation.Create(new VerificationStep(), new VerificationOptions { Credential = Credential?.GetNetworkCredential() });
}
