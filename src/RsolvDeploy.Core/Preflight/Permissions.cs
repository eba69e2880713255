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
        var kinds = backedUp.Select(scope => scope.Kind).ToList();
        var needs = AccessRequirement.For(target, steps, kinds, written);
        var reviews = await Task.WhenAll(needs.Select(async need => (Need: need, Allowed: await IsAllowedAsync(cluster, need, ct))));
        var missing = reviews.Where(review => !review.Allowed).Select(review => review.Need).ToList();
        var needed = missing.FindAll(need => !need.IsOptional);
        var spared = missing.Count == needed.Count ? null
            : $"{NamedIn(missing.Where(need => need.IsOptional))}; what needs it is left out, with a warning";
        var outcome = missing.Count == 0 ? CheckOutcome.Met($"{needs.Count} verbs reviewed, all allowed: {string.Join(", ", steps)}")
            : needed.Count == 0 ? CheckOutcome.Warning($"not allowed {spared}", Grant(missing))
            : CheckOutcome.NotMet(
                $"not allowed {NamedIn(needed)}{(spared is null ? "" : $". Optional: {spared}")}", Grant(missing) + Remaining());
        return outcome.Compared(needs.Count, needs.Count - missing.Count);

        // Who may not read Secrets makes no backup, but releases.
        string Remaining()
        {
            var allowed = steps.Where(step => AccessRequirement.For(target, [step], kinds, written) is { Count: > 0 } own
                && !own.Any(needed.Contains)).ToList();
            return allowed.Contains(DeploymentStep.Update)
                ? $"\nWithout them these steps are allowed: {string.Join(", ", allowed)}; -Step verifies them alone."
                : "";
        }
    }

    private static async Task<bool> IsAllowedAsync(ClusterClient cluster, AccessRequirement need, CancellationToken ct)
    {
        var review = await cluster.CreateAsync(ResourceKind.AccessReviews, null, need.ToReview(), dryRun: false, ct);
        return review.ReadAs<V1SelfSubjectAccessReview>().Status?.Allowed == true;
    }

    private static string NamedIn(IEnumerable<AccessRequirement> needs) => string.Join(
        "; ", needs.GroupBy(need => need.Namespace).Select(perNamespace => $"in {perNamespace.Key}: {Named(perNamespace)}"));

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
                .GroupBy(need => (need.Kind.Group, need.Resource, need.IsOptional))
                .OrderBy(rule => rule.Key.IsOptional)
                .Select(rule =>
                    $"- {{ apiGroups: [\"{rule.Key.Group}\"], resources: [\"{rule.Key.Resource}\"], verbs: "
                        + $"[{string.Join(", ", rule.Select(need => $"\"{need.Verb}\"").Distinct())}] }}"
                        + (rule.Key.IsOptional ? " # optional" : ""));
            return $"Have these rules added to a Role in namespace {perNamespace.Key}:\n{string.Join('\n', rules)}";
        });
        return string.Join('\n', roles);
    }
}
