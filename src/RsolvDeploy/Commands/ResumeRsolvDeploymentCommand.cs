using System.Management.Automation;
using System.Text.Json.Nodes;
using RsolvDeploy.Binding;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Deployments;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

namespace RsolvDeploy.Commands;

/// <summary>Takes up a run whose process ended in the middle of it, and goes on to the end of its pipeline.</summary>
/// <remarks>
/// The ledger says which steps ended. What became of the step in whose middle it ended is looked up in the cluster, in the registry or on the disk;
/// what was done is not done again. Where it cannot be told, nothing is done. The steps have the parameters that they had; a passphrase is not recorded.
/// It goes on up to the first command that is not of this module, such as Where-Object: what that would let through is not known.
/// </remarks>
/// <example>
/// <code>Resume-RsolvDeployment -TargetName production</code>
/// <para>Takes up the newest interrupted run of production.</para>
/// </example>
/// <example>
/// <code>Get-RsolvRun -State Interrupted | Select-Object -First 1 | Resume-RsolvDeployment -WhatIf</code>
/// <para>Says with which step it would go on.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "RsolvDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(IStepResult))]
public sealed class ResumeRsolvDeploymentCommand : RsolvCmdlet
{
    /// <summary>The run to take up; the newest interrupted one of the target when not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string? RunId { get; set; }

    /// <summary>Whose newest interrupted run to take up, when no run is named.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string? TargetName { get; set; }

    /// <summary>The configuration file; the one that the run was begun with when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var reading = InterruptedRun.Find(RunId, TargetName);
        var was = reading.ToRecord();
        var target = TargetSource.Resolve(new TargetReference(was.TargetName), FullPath(ConfigurationPath) ?? was.ConfigurationPath, CurrentFolder);
        using var cluster = ClusterClient.Connect(target, Reporter);
        InterruptedRun.RefuseTampered(reading.ToRecord(await LedgerAnchor.MissingAsync(cluster, target, reading, cancellationToken)));
        var step = reading.Steps[reading.FirstOpen];
        var finding = await StepProbe.RunAsync(target, was.RunId, step, cluster, Reporter, cancellationToken);
        var resumed = new ResumedPipeline(target, was, reading.Steps, reading.FirstOpen, finding);
        if (!await ConfirmAsync($"run {was.RunId} of {target.Name}", $"Go on with {resumed.Summary}", cancellationToken)) return;

        var ledger = Record.Open(target, was.RunId);
        ledger.Append(LedgerEvent.Resumed, new JsonObject { ["step"] = step.Command, ["done"] = finding.Done, ["found"] = finding.Evidence });
        (ledger.IsResumed, ledger.UncertainStep) = (true, step.Facts is null ? null : new ResumedStep(step, finding));
        try
        {
            if (resumed.LeftOut is { } left) Reporter.Warning(left);
            await OnPipelineAsync(() => resumed.Invoke(ledger, WriteObject, WriteError), cancellationToken);
        }
        finally
        {
            (ledger.IsResumed, ledger.UncertainStep) = (false, null);
        }
    }
}
