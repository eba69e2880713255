using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Preflight;

/// <summary>Looks at everything that a deployment needs, all that does not depend on each other at once, and changes nothing.</summary>
internal static class PreflightVerifier
{
    public static async Task<Readiness> VerifyAsync(Target target, PreflightPlan plan, string runId, IReporter reporter, CancellationToken ct)
    {
        var activity = $"Verifying the environment of {target.Name}";
        reporter.Progress(new ProgressUpdate(activity, "asking the cluster, the registry, the builder and git"));
        try
        {
            var image = plan.Image is null ? null : new ImagePublisher().ResolveAsync(target, plan.Image, ct);
            var code = CodeChecks.EvaluateAsync(target, plan, ct);
            var review = ReviewChecks.EvaluateAsync(target, ct);
            var registry = Needed(plan, DeploymentStep.Publish, target.Image, PreflightChecks.Registry, settings => MayPushAsync(settings, ct));
            var builder = Needed(plan, DeploymentStep.Publish, target.Image, PreflightChecks.Builder, settings => Builder.EvaluateAsync(target, settings, DockerEnvironment.Current, ct));
            var (cluster, baseline) = await ClusterAsync(target, plan, image, reporter, ct);
            Check[] checks = [.. cluster.Where(check => !check.Id.StartsWith("secrets.", StringComparison.Ordinal)), await registry, await builder, .. await code, .. await review, .. cluster.Where(check => check.Id.StartsWith("secrets.", StringComparison.Ordinal)), baseline.Check];
            foreach (var check in checks) reporter.Verbose($"{check}: {check.Evidence}");
            var verdict = Verdict(checks);
            return new Readiness(target, runId, verdict, checks) { Recommendation = Recommend(verdict, checks), Baseline = baseline.Baseline, Reference = await ReferenceAsync(image) };
        }
        finally
        {
            reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }

    /// <summary>What the checks amount to.</summary>
    public static ReadinessVerdict Verdict(IReadOnlyList<Check> checks) =>
        checks.Any(check => check.FailsStep) ? ReadinessVerdict.NotReady
        : checks.Any(check => check.Status is CheckStatus.Warning or CheckStatus.Failed) ? ReadinessVerdict.ReadyWithRisks
        : ReadinessVerdict.Ready;

    private static string Recommend(ReadinessVerdict verdict, IReadOnlyList<Check> checks)
    {
        var risks = checks.Where(check => check.Status is CheckStatus.Warning or CheckStatus.Failed).Select(check => $"\n- {check.Id}: {check.Evidence.TrimEnd('.')}. {check.Remedy?.Replace("\n", "\n    ", StringComparison.Ordinal)}".TrimEnd()).ToList();
        return verdict switch
        {
            ReadinessVerdict.Ready => "Ready: start the deployment.",
            ReadinessVerdict.ReadyWithRisks => $"Ready, with risks that somebody has to take:{string.Concat(risks)}",
            _ => $"Not ready:{string.Concat(risks)}",
        };
    }

    private static async Task<(IReadOnlyList<Check> Checks, (Check Check, Baseline? Baseline) Baseline)> ClusterAsync(Target target, PreflightPlan plan, Task<ResolvedImage>? image, IReporter reporter, CancellationToken ct)
    {
        CheckDefinition[] boxes = [PreflightChecks.Namespace, PreflightChecks.Permissions, PreflightChecks.DryRun, PreflightChecks.References, PreflightChecks.Capacity, PreflightChecks.Image];
        ClusterClient cluster;
        try
        {
            cluster = ClusterClient.Connect(target, reporter);
        }
        catch (DeployException fault)
        {
            var lost = await PreflightChecks.Cluster.EvaluateAsync(() => Task.FromException<CheckOutcome>(fault));
            return ([lost, .. boxes.Select(box => box.Skip($"{PreflightChecks.Cluster.Id} failed")), .. SkippedSecrets(target)], await BaselineReader.ReadAsync(null, target, null, ct));
        }

        using (cluster)
        {
            var listing = NodesAsync(cluster, ct);
            var identity = await PreflightChecks.Cluster.EvaluateAsync(() => ClusterIdentity.EvaluateAsync(cluster, target, listing, ct));
            var nodes = await listing;
            if (identity.FailsStep)
                return ([identity, .. boxes.Select(box => box.Skip($"{PreflightChecks.Cluster.Id} failed")), .. SkippedSecrets(target)], (PreflightChecks.Baseline.Skip($"{PreflightChecks.Cluster.Id} failed"), null));

            var deployment = new Lazy<Task<JsonObject>>(() => cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct));
            var secrets = Secrets.EvaluateAsync(cluster, target, ct);
            Task<Check>[] looks =
            [
                PreflightChecks.Namespace.EvaluateAsync(() => ClusterIdentity.EvaluateNamespaceAsync(cluster, target, ct)),
                PreflightChecks.Permissions.EvaluateAsync(() => Permissions.EvaluateAsync(cluster, target, plan.Steps, ct)),
                Needed(plan, DeploymentStep.Update, target, PreflightChecks.DryRun, async _ => await DryRun.EvaluateAsync(cluster, target, await deployment.Value, await ReferenceAsync(image), ct)),
                Needed(plan, DeploymentStep.Update, target, PreflightChecks.References, _ => OfAsync(deployment.Value, running => PodReferences.EvaluateAsync(cluster, target, running, ct))),
                Needed(plan, DeploymentStep.Update, target, PreflightChecks.Capacity, _ => OfAsync(deployment.Value, running => Capacity.EvaluateAsync(cluster, target, running, ct))),
                image is null
                    ? Task.FromResult(PreflightChecks.Image.Skip("the image is still to be built"))
                    : PreflightChecks.Image.EvaluateAsync(async () => await RunnableImage.EvaluateAsync(cluster, target, await deployment.Value, await image, nodes, ct)),
            ];
            var baseline = await BaselineAsync(cluster, target, deployment, ct);
            return ([identity, .. await Task.WhenAll(looks), .. await secrets], baseline);
        }
    }

    // That the Deployment cannot be read is said once, by the dry run.
    private static async Task<CheckOutcome> OfAsync(Task<JsonObject> deployment, Func<JsonObject, Task<CheckOutcome>> look)
    {
        await ((Task)deployment).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return deployment.IsFaulted ? CheckOutcome.Skipped($"the Deployment could not be read; see {PreflightChecks.DryRun.Id}") : await look(await deployment);
    }

    // An image that the registry does not serve is a finding of its own.
    private static async Task<string?> ReferenceAsync(Task<ResolvedImage>? image)
    {
        if (image is null) return null;
        await ((Task)image).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return image.IsCompletedSuccessfully ? (await image).Reference : null;
    }

    private static async Task<(Check, Baseline?)> BaselineAsync(ClusterClient cluster, Target target, Lazy<Task<JsonObject>> deployment, CancellationToken ct)
    {
        JsonObject? running;
        try
        {
            running = await deployment.Value;
        }
        catch (DeployException)
        {
            running = null; // a check of its own says so
        }

        return await BaselineReader.ReadAsync(cluster, target, running, ct);
    }

    private static IEnumerable<Check> SkippedSecrets(Target target) =>
        [PreflightChecks.SecretsExist.Skip($"{PreflightChecks.Cluster.Id} failed"), .. target.Secrets.SelectMany(secret => secret.Value.Select(key => PreflightChecks.Secret(secret.Key, key.Key, key.Value).Skip($"{PreflightChecks.Cluster.Id} failed")))];

    private static async Task<CheckOutcome> MayPushAsync(ImageSettings image, CancellationToken ct)
    {
        using var registry = new RegistryClient(ImageReference.Parse(image.Repository), DockerEnvironment.Current);
        await registry.TryUploadAsync(ct);
        return CheckOutcome.Passed($"{image.Repository}: an upload was opened and cancelled again");
    }

    private static Task<Check> Needed<T>(PreflightPlan plan, DeploymentStep step, T? settings, CheckDefinition box, Func<T, Task<CheckOutcome>> look)
        where T : class =>
        !plan.Steps.Contains(step) ? Task.FromResult(box.Skip($"{step} is not among the steps to come"))
        : settings is null ? Task.FromResult(box.Skip("not configured"))
        : box.EvaluateAsync(() => look(settings));

    // Nodes are the cluster's: who may not see them goes without what they would tell.
    private static async Task<IReadOnlyList<JsonObject>?> NodesAsync(ClusterClient cluster, CancellationToken ct)
    {
        try
        {
            return await cluster.ListAllAsync(ResourceKind.Nodes, null, null, null, ct);
        }
        catch (DeployException)
        {
            return null; // whatever keeps them away, the check of the cluster says it
        }
    }
}
