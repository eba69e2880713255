using System.Management.Automation;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Steps;
using RsolvDeploy.TestData;

namespace RsolvDeploy.Commands;

/// <summary>Sends test data to the platform, so that Test-RsolvMetrics can verify that its counters move.</summary>
/// <remarks>
/// Two records are posted, a validation and a mitigation. Their data comes from the templates under testData of the target; a target
/// without testData gets none. The records name a commit that consists of the digits of the run, so that everybody sees where they
/// come from. The key is read from the Secret in the cluster and never shown. A record whose response was lost is sent again with the
/// same Idempotency-Key header. Before it sends anything the command records the counters of metrics.rises after the next scrape;
/// Test-RsolvMetrics behind it in the pipeline, or with its Baseline, verifies by how much they rose and with which labels. With
/// -WhatIf the command shows what would be sent.
/// </remarks>
/// <example>
/// <code>Send-RsolvTestData production | Test-RsolvMetrics | Select-Object -ExpandProperty Checks</code>
/// <para>Sends test data, waits for the next scrape, and shows that every counter rose by what was sent.</para>
/// </example>
/// <example>
/// <code>(Send-RsolvTestData production -WhatIf).Records.Body</code>
/// <para>Shows the JSON that would be sent, and sends nothing.</para>
/// </example>
[Cmdlet(
    VerbsCommunications.Send, "RsolvTestData", HelpUri = OnlineHelp.Address, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(SentTestData))]
public sealed class SendRsolvTestDataCommand : StepCmdlet
{
    private protected override StepInvocation Invocation => StepInvocation.Create(new TestDataStep(), new TestDataOptions());
}
