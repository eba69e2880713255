using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Reads what the summary before a deployment needs, as far as it can be read.</summary>
internal sealed class StagingSummary(StepContext context)
{
    /// <summary>Creates it.</summary>
    /// <param name="checks">The checks of the validation.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="image">The image that staging runs; null to read it from the pod template.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ReadinessSummary> CreateAsync(
        IReadOnlyList<Check> checks, StagingDecision decision, string? image, CancellationToken ct)
    {
        var before = context.Previous is Readiness readiness ? readiness.Checks : [];
        IReadOnlyList<Release> releases = [];
        try
        {
            image ??= await ReadImageAsync(ct);
            releases = await new ReleaseHistory(context.Cluster, context.Target).ReadAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            context.Reporter.Verbose($"The summary has no history: {UnexpectedError.From(e).Message}");
        }

        return ReadinessSummarizer.Summarize([.. before, .. checks], decision, image, releases, context.Clock.GetUtcNow());
    }

    private async Task<string?> ReadImageAsync(CancellationToken ct)
    {
        var target = context.Target;
        var workload = await context.Cluster.FindAsync(WorkloadKinds.ResourceOf(target), target.Namespace, target.Deployment, ct);
        return workload is null ? null : PodTemplate.Image(PodTemplate.Of(workload), DeploymentReader.Container(workload, target));
    }
}
