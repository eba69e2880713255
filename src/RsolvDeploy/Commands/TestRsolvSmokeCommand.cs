using System.Management.Automation;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Smoke;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Runs the smoke test of a running deployment: endpoints, logs, database, services, monitoring, memory and CPU.</summary>
/// <remarks>
/// All checks run at once. The logs of all pods since the rollout must not show an error pattern (rollout.logErrors). Database and
/// services are read from the health document, by smoke.database and smoke.services or by their usual names. Prometheus has to scrape
/// the pods of the release without a gap, no alert may fire that did not fire before, and the dashboard has to be there. Memory and
/// CPU are read from Prometheus or, where it has neither, from metrics.k8s.io: memory must not grow steadily, which the slope over the
/// window has to show with 95 % confidence, and has to be below its limit; CPU must not be a multiple of what it was before the
/// deployment. Pods that are younger than smoke.settle are waited for. The command changes nothing.
/// </remarks>
/// <example>
/// <code>Test-RsolvSmoke production | Select-Object -ExpandProperty Checks</code>
/// <para>Tests production and shows every check with its evidence.</para>
/// </example>
/// <example>
/// <code>$rollout | Test-RsolvSmoke | Where-Object Verdict -ne Passed | Undo-RsolvDeployment</code>
/// <para>Tests the release of a rollout, and rolls it back unless the test passed.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvSmoke", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Verification))]
public sealed class TestRsolvSmokeCommand : StepCmdlet
{
    /// <summary>Specifies the baseline from Test-RsolvEnvironment; the pipeline passes it on. Response times, alerts and CPU are
    /// compared with it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Baseline? Baseline { get; set; }

    /// <summary>Specifies the credential for the endpoints of the platform. Its password is a token when its user name is
    /// Bearer. It replaces the configured one, goes over TLS only, and is
    /// not recorded.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    private protected override Baseline? KnownBaseline => Baseline;

    private protected override StepInvocation Invocation =>
        StepInvocation.Create(new SmokeStep(), new SmokeOptions { Credential = Credential?.GetNetworkCredential() });
}
