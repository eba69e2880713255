using k8s.Models;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Updates.Kustomize;

namespace RsolvDeploy.Preflight;

/// <summary><c>environment.permissions</c>: the API server allows what the pending steps do. All access reviews run at once.</summary>
internal static class Permissions
{
    public static async Task<CheckOutcome> EvaluateAsync(
        ClusterClient cluster, Target target, IReadOnlyList<DeploymentStep> steps, CancellationToken ct)
    {
        var backedUp = steps.Contains(DeploymentStep.Backup)
            ? await BackupScope.ResolveAsync(cluster, target, target.Backup.AdditionalKinds, ct)
            : [];
        var written = steps.Contains(DeploymentStep.Update) && target.Kustomize is { } overlay
            ? await new OverlayBuilder(overlay.Path, KustomizeProgram.Find()).KindsAsync(target, ct)
            : [];
        var needs = AccessRequirement.For(target, steps, backedUp.Select(scope => scope.Kind), written);
        var reviews = await Task.WhenAll(needs.Select(async need => (Need: need, Allowed: await IsAllowedAsync(cluster, need, ct))));
        var missing = reviews.Where(review => !review.Allowed).Select(review => review.Need).ToList();
        var named = missing.GroupBy(need => need.Namespace).Select(perNamespace => $"in {perNamespace.Key}: {Named(perNamespace)}");
        var evidence = $"not allowed {string.Join("; ", named)}";
        var outcome = missing.Count == 0 ? CheckOutcome.Met($"{needs.Count} verbs reviewed, all allowed: {string.Join(", ", steps)}")
            : missing.TrueForAll(need => need.IsOptional)
                ? CheckOutcome.Warning($"{evidence}; what needs it is left out, with a warning", Grant(missing))
            : CheckOutcome.NotMet(evidence, Grant(missing));
        return outcome.Compared(needs.Count, needs.Count - missing.Count);
    }

    private static async Task<bool> IsAllowedAsync(ClusterClient cluster, AccessRequirement need, CancellationToken ct)
    {
        var review = await cluster.CreateAsync(ResourceKind.AccessReviews, null, need.ToReview(), dryRun: false, ct);
        return review.ReadAs<V1SelfSubjectAccessReview>().Status?.Allowed == true;
    }

    private static string Named(IEnumerable<AccessRequirement> needs) =>
        string.Join(
            "; ",
            needs
                .GroupBy(need => need.Resource)
                .Select(resource => $"{string.Join(", ", resource.Select(need => need.Verb).Distinct())} {resource.Key}"));

    // The lines as they stand in a Role.
    private static string Grant(IReadOnlyList<AccessRequirement> missing)
    {
        var roles = missing.GroupBy(need => need.Namespace).Select(perNamespace =>
        {
            var rules = perNamespace
                .GroupBy(need => (need.Kind.Group, need.Resource))
                .Select(rule =>
                    $"- {{ apiGroups: [\"{rule.Key.Group}\"], resources: [\"{rule.Key.Resource}\"], verbs: "
                        + $"[{string.Join(", ", rule.Select(need => $"\"{need.Verb}\"").Distinct())}] }}");
            return $"Have these rules added to a Role in namespace {perNamespace.Key}:\n{string.Join('\n', rules)}";
        });
        return string.Join('\n', roles);
    }
}
