using System.Text.Json.Nodes;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Images;
using RsolvDeploy.Images.Attestations;
using RsolvDeploy.Images.Engine;
using RsolvDeploy.Images.Registry;
using RsolvDeploy.Reporting;
using RsolvDeploy.Steps;
using RsolvDeploy.Updates;

namespace RsolvDeploy.Preflight;

/// <summary>Evaluates everything that a deployment needs, all independent checks at once, and changes nothing.</summary>
/// <param name="context">The step's context.</param>
/// <param name="plan">What is pending.</param>
internal sealed class PreflightVerifier(StepContext context, PreflightPlan plan)
{
    private Target Target => context.Target;

    public async Task<Readiness> VerifyAsync(CancellationToken ct)
    {
        var activity = $"Verifying the environment of {Target.Name}";
        context.Reporter.Progress(new ProgressUpdate(activity, "reading the cluster, the registry, the builder and git"));
        var scope = new CheckScope(context.Clock, ct);
        try
        {
            var environment = DockerEnvironment.Learning(context.Redactor, context.Clock);
            var image = plan.Image is null ? null : ImagePublisher.For(context).ResolveAsync(Target, plan.Image, ct);
            var code = CodeChecks.EvaluateAsync(Target, plan, scope);
            var review = ReviewChecks.EvaluateAsync(Target, scope);
            var registry = EvaluateAsync(scope, DeploymentStep.Publish, Target.Image, CheckTable.EnvironmentRegistry,
                settings => MayPushAsync(settings, environment, ct));
            var builder = EvaluateAsync(scope, DeploymentStep.Publish, Target.Image, CheckTable.EnvironmentBuilder,
                settings => Builder.EvaluateAsync(Target, settings, environment, ct));
            var cluster = await ClusterAsync(image, scope);
            Check[] checks =
            [
                .. cluster.Checks, .. await AttestationAsync(image, environment, scope), await registry, await builder, .. await code,
                .. await review, .. cluster.Secrets, cluster.BaselineCheck,
            ];
            foreach (var check in checks) context.Reporter.Verbose($"{check}: {check.Evidence}");
            var verdict = Verdict(checks);
            return new Readiness(Target, context.RunId, verdict, checks)
            {
                Recommendation = Recommend(verdict, checks),
                Baseline = cluster.Baseline,
                Reference = await ReferenceAsync(image, ct),
            };
        }
        finally
        {
            context.Reporter.Progress(new ProgressUpdate(activity, "done", 100, Completed: true));
        }
    }

    /// <summary>What the checks amount to.</summary>
    public static ReadinessVerdict Verdict(IReadOnlyList<Check> checks) =>
        checks.Any(check => check.FailsStep) ? ReadinessVerdict.NotReady
        : checks.Any(check => check.Status is CheckStatus.Warning or CheckStatus.Failed) ? ReadinessVerdict.ReadyWithRisks
        : ReadinessVerdict.Ready;

    private static string Recommend(ReadinessVerdict verdict, IReadOnlyList<Check> checks)
    {
        var risks = checks.Where(check => check.Status is CheckStatus.Warning or CheckStatus.Failed).Select(check =>
            $"\n- {check.Id}: {check.Evidence.TrimEnd('.')}. {check.Remedy?.Replace("\n", "\n    ", StringComparison.Ordinal)}".TrimEnd())
                .ToList();
        return verdict switch
        {
            ReadinessVerdict.Ready => "Ready: start the deployment.",
            ReadinessVerdict.ReadyWithRisks => $"Ready, with risks that an operator has to accept:{string.Concat(risks)}",
            _ => $"Not ready:{string.Concat(risks)}",
        };
    }

    // Only a target that requires an attestation shows the check.
    private async Task<Check[]> AttestationAsync(Task<ResolvedImage>? image, DockerEnvironment environment, CheckScope scope)
    {
        if (Target.Promotion.Require is null) return [];
        return
        [
            image is null
                ? CheckTable.EnvironmentAttestation.Skip("no image is specified; Publish-RsolvImage -From verifies it", context.Clock)
                : await CheckTable.EnvironmentAttestation.EvaluateAsync(scope, async () =>
                    await new PromotionGate(Target, environment, context.Clock).EvaluateAsync((await image).Reference, scope.Cancellation)),
        ];
    }

    private sealed record ClusterChecks(IReadOnlyList<Check> Checks, IReadOnlyList<Check> Secrets, Check BaselineCheck, Baseline? Baseline);

    private async Task<ClusterChecks> ClusterAsync(Task<ResolvedImage>? image, CheckScope scope)
    {
        var ct = scope.Cancellation;
        ClusterClient cluster;
        try
        {
            cluster = context.Cluster;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            var unreachable = await CheckTable.EnvironmentCluster.EvaluateAsync(
                scope, () => Task.FromException<CheckOutcome>(fault));
            var (check, found) = await new BaselineReader(context, null, null).ReadAsync(ct);
            return WithoutCluster(unreachable) with { BaselineCheck = check, Baseline = found };
        }

        var listing = NodesAsync(cluster, ct);
        var identity = await CheckTable.EnvironmentCluster.EvaluateAsync(
            scope, () => ClusterIdentity.EvaluateAsync(cluster, Target, listing, ct));
        if (identity.FailsStep) return WithoutCluster(identity);

        var deployment = new Lazy<Task<JsonObject>>(() =>
            cluster.GetAsync(WorkloadKinds.ResourceOf(Target), Target.Namespace, Target.Deployment, ct));
        var secrets = Secrets.EvaluateAsync(cluster, Target, scope);
        var checks = Task.WhenAll(Evaluate(new ClusterReads(cluster, deployment, await listing, image), scope));
        var (baseline, read) = await new BaselineReader(context, cluster, await OrNoneAsync(deployment.Value, ct)).ReadAsync(ct);
        return new ClusterChecks([identity, .. await checks], await secrets, baseline, read);
    }

    // What several checks read once.
    private sealed record ClusterReads(
        ClusterClient Cluster, Lazy<Task<JsonObject>> Deployment, IReadOnlyList<JsonObject>? Nodes, Task<ResolvedImage>? Image);

    private Task<Check>[] Evaluate(ClusterReads reads, CheckScope scope)
    {
        var ct = scope.Cancellation;
        var (cluster, deployment, nodes, image) = reads;
        return
        [
            CheckTable.EnvironmentNamespace.EvaluateAsync(scope, () => ClusterIdentity.EvaluateNamespaceAsync(cluster, Target, ct)),
            CheckTable.EnvironmentPermissions.EvaluateAsync(
                scope, () => Permissions.EvaluateAsync(cluster, Target, plan.Steps, ct)),
            EvaluateAsync(scope, DeploymentStep.Update, Target, CheckTable.EnvironmentDryRun,
                async _ => await DryRun.EvaluateAsync(cluster, Target, await ReferenceAsync(image, ct), ct)),
            EvaluateAsync(scope, DeploymentStep.Update, Target, CheckTable.EnvironmentReferences,
                _ => WithDeploymentAsync(
                    ReleaseWorkloads.ReadAsync(cluster, Target, ct),
                    running => ReferenceCheck.EvaluateAsync(cluster, Target, running, ct),
                    ct)),
            EvaluateAsync(scope, DeploymentStep.Update, Target, CheckTable.EnvironmentCapacity,
                async _ => Target.Main.Kind == WorkloadKind.Deployment
                    ? await WithDeploymentAsync(deployment.Value, running => Capacity.EvaluateAsync(cluster, Target, running, ct), ct)
                    : CheckOutcome.Skipped($"a {Target.Main.Kind} replaces its pods one by one, without more of them")),
            EvaluateAsync(scope, DeploymentStep.Update, Target, CheckTable.EnvironmentOwnership,
                _ => WithDeploymentAsync(OwnershipAsync(reads, ct), Task.FromResult, ct)),
            image is null
                ? Task.FromResult(CheckTable.EnvironmentImage.Skip(
                    Target.Image is null ? "no image is specified; -Image verifies one" : "the image is still to be built", context.Clock))
                : CheckTable.EnvironmentImage.EvaluateAsync(scope,
                    async () => await new RunnableImage(cluster, Target, nodes).EvaluateAsync(await deployment.Value, await image, ct)),
        ];
    }

    private ClusterChecks WithoutCluster(Check cluster)
    {
        var reason = $"{cluster.Id} failed";
        CheckDefinition[] definitions =
        [
            CheckTable.EnvironmentNamespace, CheckTable.EnvironmentPermissions, CheckTable.EnvironmentDryRun,
            CheckTable.EnvironmentReferences,
            CheckTable.EnvironmentCapacity, CheckTable.EnvironmentOwnership, CheckTable.EnvironmentImage,
        ];
        CheckDefinition[] secrets =
        [
            CheckTable.SecretsExist,
            .. Target.Secrets.SelectMany(secret => secret.Value.Select(key => PreflightDefinitions.Secret(secret.Key, key.Key, key.Value))),
        ];
        return new ClusterChecks(
            [cluster, .. definitions.Select(definition => definition.Skip(reason, context.Clock))],
            [.. secrets.Select(definition => definition.Skip(reason, context.Clock))],
            CheckTable.EnvironmentBaseline.Skip(reason, context.Clock),
            null);
    }

    private async Task<CheckOutcome> OwnershipAsync(ClusterReads reads, CancellationToken ct)
    {
        if (Target.IsOneDeployment) return Ownership(await reads.Deployment.Value, Target);
        return OwnershipCheck.Merge(await Task.WhenAll(Target.Workloads.Select(async one =>
        {
            var kind = WorkloadKinds.ResourceOf(one.Kind);
            return (one, Ownership(await reads.Cluster.GetAsync(kind, Target.Namespace, one.Name, ct), Target.For(one)));
        })));
    }

    private static CheckOutcome Ownership(JsonObject running, Target one) => OwnershipCheck.Evaluate(
        running, one, [DeploymentReader.Container(running, one), .. DeploymentReader.AlsoContainers(running, one)]);

    // A Deployment that cannot be read is reported once, by the dry run.
    private static async Task<CheckOutcome> WithDeploymentAsync<T>(
        Task<T> deployment, Func<T, Task<CheckOutcome>> measure, CancellationToken ct)
        where T : class =>
        await OrNoneAsync(deployment, ct) is { } running
            ? await measure(running)
            : CheckOutcome.Skipped($"the Deployment could not be read; see {CheckTable.EnvironmentDryRun.Id}");

    // An image that the registry does not serve is reported by a check of its own.
    private static async Task<string?> ReferenceAsync(Task<ResolvedImage>? image, CancellationToken ct) =>
        image is null ? null : (await OrNoneAsync(image, ct))?.Reference;

    private static async Task<T?> OrNoneAsync<T>(Task<T> read, CancellationToken ct)
        where T : class
    {
        await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return read.IsCompletedSuccessfully ? await read : null;
    }

    private static async Task<CheckOutcome> MayPushAsync(ImageSettings image, DockerEnvironment environment, CancellationToken ct)
    {
        using var registry = new RegistryClient(ImageReference.Parse(image.Repository), environment);
        await registry.TryUploadAsync(ct);
        return CheckOutcome.Met($"{image.Repository}: an upload was opened and cancelled again");
    }

    private Task<Check> EvaluateAsync<T>(
        CheckScope scope, DeploymentStep step, T? settings, CheckDefinition definition, Func<T, Task<CheckOutcome>> measure)
        where T : class =>
        !plan.Steps.Contains(step) ? Task.FromResult(definition.Skip($"{step} is not among the pending steps", context.Clock))
        : settings is null ? Task.FromResult(definition.Skip("not configured", context.Clock))
        : definition.EvaluateAsync(scope, () => measure(settings));

    // Nodes are the cluster's: without the permission to read them their part of the checks is left out.
    private static async Task<IReadOnlyList<JsonObject>?> NodesAsync(ClusterClient cluster, CancellationToken ct)
    {
        try
        {
            return await cluster.ListAllAsync(ResourceKind.Nodes, null, null, null, ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return null; // the check of the cluster reports what keeps them away
        }
    }
}
