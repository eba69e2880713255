using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Health;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Commands;

/// <summary>Verifies the endpoints of a running deployment: health document, metrics, response times, TLS and addresses.</summary>
/// <remarks>
/// The health endpoint has to respond with 200 and report healthy: by its state at the top, or by the rules under health.rules, which
/// read any value of the document by a JSON path. The metrics endpoint is read as Prometheus reads it. Response times are the median,
/// the 95th percentile and the maximum of the samples; the 95th percentile has to stay below the limit, and a 5xx fails. A redirect is
/// reported and not followed. The certificate has to be for the host, from a trusted chain and valid for long enough. Every IPv4 and
/// IPv6 address of the host is requested. Checks that failed in the baseline of Test-RsolvEnvironment are warnings. The command
/// changes nothing.
/// </remarks>
/// <example>
/// <code>Test-RsolvHealth production -Samples 50 | Select-Object -ExpandProperty Checks</code>
/// <para>Measures 50 requests and shows every check with its evidence.</para>
/// </example>
/// <example>
/// <code>(Test-RsolvHealth production).Checks | Where-Object Id -eq health.response-time | Select-Object Expected, Actual, Unit</code>
/// <para>Shows the limit and the 95th percentile of the response times as numbers.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvHealth", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Verification))]
public sealed class TestRsolvHealthCommand : StepCmdlet
{
    /// <summary>Specifies how many requests are measured. The default is the configured number (10).</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? Samples { get; set; }

    /// <summary>Specifies the baseline from Test-RsolvEnvironment; the pipeline passes it on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Deserialized(typeof(Baseline))]
    public Baseline? Baseline { get; set; }

    /// <summary>Specifies the credential for the endpoints of the platform. Its password is a token when its user name is
    /// Bearer. It replaces the configured one, goes over TLS only, and is
    /// not recorded.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    private protected override Baseline? KnownBaseline => Baseline;

    private protected override StepInvocation Invocation =>
        StepInvocation.Create(new HealthStep(), new HealthOptions
        {
            Samples = Samples,
            Credential = Credential?.GetNetworkCredential(),
        });
}
