using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Errors;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Pipeline;
using RsolvDeploy.Runs;

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
public sealed class TestRsolvMetricsCommand : RsolvCmdlet
{
    /// <summary>What to verify: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public TargetReference Target { get; set; } = null!;

    /// <summary>What was wrong before the deployment, from Test-RsolvEnvironment; comes down the pipeline. What failed already then is a warning, and response times are compared.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Baseline? Baseline { get; set; }

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    private protected override TargetReference? Input => Target;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = TargetSource.Resolve(Target, FullPath(ConfigurationPath), CurrentFolder);
        var runId = RunIdOf(Target);
        var rollout = Target.Step as Rollout;
        var previous = rollout?.PreviousRevision ?? (Target.Step as Migration)?.PreviousRevision;
        if (PipelineGate.BlockedBy(Target.Step) is { } obstacle)
        {
            // What was rolled out and what was there before still flows, so that Undo-RsolvDeployment behind this knows the way back.
            await EmitAsync(
                new Verification(target, runId, Verdict.Inconclusive, StepChecks.Verify.Skipped(obstacle))
                {
                    Status = StepStatus.Skipped,
                    Image = rollout?.Image,
                    PreviousRevision = previous,
                },
                cancellationToken);
            return;
        }

        var deployed = (Target.Step as Rollout)?.Image ?? (Target.Step as Rollback)?.Image ?? (Target.Step as Migration)?.Image;
        using var cluster = NeedsCluster(target) || deployed is not null ? ClusterClient.Connect(target, Reporter) : null;
        var found = await MetricsVerifier.VerifyAsync(target, Baseline, cluster is null ? null : cluster.OpenService, runId, Reporter, cancellationToken);
        var verification = found with { Image = deployed, PreviousRevision = previous, Baseline = Baseline };
        if (verification.Verdict == Verdict.Passed && deployed is not null) await MarkAsync(cluster!, verification, deployed, cancellationToken);
        await EmitAsync(verification, cancellationToken);
        if (verification.Verdict == Verdict.Error)
        {
            await EmitErrorAsync(Unmeasurable(verification), verification, cancellationToken);
        }
    }

    // What was deployed a step before and passed is what Undo-RsolvDeployment goes back to later.
    private async Task MarkAsync(ClusterClient cluster, Verification verification, string image, CancellationToken cancellationToken)
    {
        try
        {
            // No lock: what was seen to be good is true whoever deploys now.
            RecordWrites(cluster, verification.Target, verification.RunId);
            await new ReleaseHistory(cluster, verification.Target).MarkVerifiedAsync(image, cancellationToken);
        }
        catch (DeployException e)
        {
            Reporter.Warning($"That this release was verified good is not in the history: {e.Message} {e.Remedy}");
        }
    }

    private static bool NeedsCluster(Target target) => target.Prometheus?.Service is not null;

    private static DeployException Unmeasurable(Verification verification)
    {
        var failed = verification.Checks.Where(check => check.Status != CheckStatus.Passed).ToList();
        return new DeployException(
            "VerificationError",
            FaultCategory.ResourceUnavailable,
            $"{verification.Target.Name} could not be measured: {string.Join("; ", failed.Select(check => $"{check.Id}: {check.Evidence}"))}",
            failed.Select(check => check.Remedy).FirstOrDefault(remedy => remedy is { Length: > 0 }) ?? "Look at the Checks of the result.");
    }
}
