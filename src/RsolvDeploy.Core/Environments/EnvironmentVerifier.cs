using System.Text.Json.Nodes;
using RsolvDeploy.Cluster;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Environments;

/// <summary>Looks at everything that a deployment needs, all that does not depend on each other at once, and changes nothing.</summary>
internal static class EnvironmentVerifier
{
    public static async Task<Readiness> VerifyAsync(Target target, EnvironmentPlan plan, string runId, IReporter reporter, CancellationToken ct)
    {
        var activity = $"Verifying the environment of {target.Name}";
        reporter.Progress(new ProgressUpdate(activity, "asking the cluster, the registry, the builder and git"));
        try
        {
            var image = plan.Image is null ? null : new ImagePublisher().ResolveAsync(target, plan.Image, ct);
            var code = CodeChecks.LookAsync(target, plan, ct);
            var review = ReviewChecks.LookAsync(target, ct);
            var registry = Needed(plan, DeploymentStep.Publish, target.Image, Boxes.Registry, settings => MayPushAsync(settings, ct));
            var builder = Needed(plan, DeploymentStep.Publish, target.Image, Boxes.Builder, settings => Builder.LookAsync(target, settings, DockerEnvironment.Current, ct));
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

    private static async Task<(IReadOnlyList<Check> Checks, (Check Check, Baseline? Baseline) Baseline)> ClusterAsync(Target target, EnvironmentPlan plan, Task<ResolvedImage>? image, IReporter reporter, CancellationToken ct)
    {
        Box[] boxes = [Boxes.Namespace, Boxes.Permissions, Boxes.DryRun, Boxes.References, Boxes.Capacity, Boxes.Image];
        ClusterClient cluster;
        try
        {
            cluster = ClusterClient.Connect(target, reporter);
        }
        catch (DeployException fault)
        {
            var lost = await Boxes.Cluster.LookAsync(() => Task.FromException<Found>(fault));
            return ([lost, .. boxes.Select(box => box.Skip($"{Boxes.Cluster.Id} failed")), .. SkippedSecrets(target)], await BaselineReading.ReadAsync(null, target, null, ct));
        }

        using (cluster)
        {
            var listing = NodesAsync(cluster, ct);
            var identity = await Boxes.Cluster.LookAsync(() => ClusterIdentity.LookAsync(cluster, target, listing, ct));
            var nodes = await listing;
            if (identity.FailsStep)
                return ([identity, .. boxes.Select(box => box.Skip($"{Boxes.Cluster.Id} failed")), .. SkippedSecrets(target)], (Boxes.Baseline.Skip($"{Boxes.Cluster.Id} failed"), null));

            var deployment = new Lazy<Task<JsonObject>>(() => cluster.GetAsync(ResourceKind.Deployments, target.Namespace, target.Deployment, ct));
            var secrets = Secrets.LookAsync(cluster, target, ct);
            Task<Check>[] looks =
            [
                Boxes.Namespace.LookAsync(() => ClusterIdentity.LookAtNamespaceAsync(cluster, target, ct)),
                Boxes.Permissions.LookAsync(() => Permissions.LookAsync(cluster, target, plan.Steps, ct)),
                Needed(plan, DeploymentStep.Update, target, Boxes.DryRun, async _ => await DryRun.LookAsync(cluster, target, await deployment.Value, await ReferenceAsync(image), ct)),
                Needed(plan, DeploymentStep.Update, target, Boxes.References, _ => OfAsync(deployment.Value, running => PodReferences.LookAsync(cluster, target, running, ct))),
                Needed(plan, DeploymentStep.Update, target, Boxes.Capacity, _ => OfAsync(deployment.Value, running => Capacity.LookAsync(cluster, target, running, ct))),
                image is null
                    ? Task.FromResult(Boxes.Image.Skip("the image is still to be built"))
                    : Boxes.Image.LookAsync(async () => await RunnableImage.LookAsync(cluster, target, await deployment.Value, await image, nodes, ct)),
            ];
            var baseline = await BaselineAsync(cluster, target, deployment, ct);
            return ([identity, .. await Task.WhenAll(looks), .. await secrets], baseline);
        }
    }

    // That the Deployment cannot be read is said once, by the dry run.
    private static async Task<Found> OfAsync(Task<JsonObject> deployment, Func<JsonObject, Task<Found>> look)
    {
        await ((Task)deployment).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return deployment.IsFaulted ? Found.Skipped($"the Deployment could not be read; see {Boxes.DryRun.Id}") : await look(await deployment);
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

        return await BaselineReading.ReadAsync(cluster, target, running, ct);
    }

    private static IEnumerable<Check> SkippedSecrets(Target target) =>
        [Boxes.SecretsExist.Skip($"{Boxes.Cluster.Id} failed"), .. target.Secrets.SelectMany(secret => secret.Value.Select(key => Boxes.Secret(secret.Key, key.Key, key.Value).Skip($"{Boxes.Cluster.Id} failed")))];

    private static async Task<Found> MayPushAsync(ImageSettings image, CancellationToken ct)
    {
        using var registry = new RegistryClient(ImageReference.Parse(image.Repository), DockerEnvironment.Current);
        await registry.TryUploadAsync(ct);
        return Found.Passed($"{image.Repository}: an upload was opened and cancelled again");
    }

    private static Task<Check> Needed<T>(EnvironmentPlan plan, DeploymentStep step, T? settings, Box box, Func<T, Task<Found>> look)
        where T : class =>
        !plan.Steps.Contains(step) ? Task.FromResult(box.Skip($"{step} is not among the steps to come"))
        : settings is null ? Task.FromResult(box.Skip("not configured"))
        : box.LookAsync(() => look(settings));

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
