using System.Text.Json.Nodes;
using RsolvDeploy.Cluster.Comparison;
using RsolvDeploy.Json;
using RsolvDeploy.Runs;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Evidence;

/// <summary>
/// Saves before a rollback what is gone after it: pods as kubectl describes them, ReplicaSets and the differences of their templates,
/// events, the logs of each container and of its ended instance, metrics, and the health document. Nothing secret is in it.
/// </summary>
/// <param name="context">The step's context.</param>
internal sealed class EvidenceBundle(StepContext context)
{
    // A rollback must not wait long for its own record.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Saves it. Evidence can fail only itself: every error becomes a warning and a line in the bundle's index.</summary>
    /// <param name="deployment">The Deployment as it is.</param>
    /// <param name="good">The pod template that was, or will be, in the place of the failed one; null when none is known.</param>
    /// <param name="ct">The operator's cancellation.</param>
    /// <returns>The folder; null when there is none.</returns>
    /// <exception cref="OperationCanceledException">The operator cancels.</exception>
    public async Task<string?> SaveAsync(JsonObject deployment, JsonNode? good, CancellationToken ct)
    {
        string? path = null;
        try
        {
            path = Path.Combine(new RunFolder(context.RunId).Path, EvidenceFolder.NameAt(context.Clock.GetUtcNow()));
            var folder = new EvidenceFolder(path, context.Redactor);
            await FillAsync(folder, deployment, good, ct);
            folder.WriteIndex();
            if (folder.Failed.Count > 0)
                context.Reporter.Warning($"The evidence is incomplete ({path}): {string.Join("; ", folder.Failed)}");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            context.Reporter.Warning($"The evidence cannot be written to {path ?? "the user's data directory"}: {e.Message}");
        }

        ct.ThrowIfCancellationRequested();
        return Directory.Exists(path) ? path : null;
    }

    private async Task FillAsync(EvidenceFolder folder, JsonObject deployment, JsonNode? good, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(Limit, context.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        await Task.WhenAll(
            CollectAsync("the Deployment", _ => WriteDeployment(folder, deployment, good)),
            CollectAsync("the pods", token => new PodEvidence(context, folder).CollectAsync(deployment, token, ct)),
            CollectAsync("the metrics", token => MetricSamples.CollectAsync(context, folder, token)),
            CollectAsync("the health endpoint", token => HealthSample.CollectAsync(context, folder, token)));

        Task CollectAsync(string part, Func<CancellationToken, Task> save) => folder.CollectAsync(part, save, limit.Token, ct);
    }

    private static Task WriteDeployment(EvidenceFolder folder, JsonObject deployment, JsonNode? good)
    {
        folder.Write("deployment.json", deployment);
        if (good is not null) folder.Write("template-diff.txt", TemplateDifference.Describe(deployment.At("spec", "template"), good));
        return Task.CompletedTask;
    }
}
