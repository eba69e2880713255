using k8s.Models;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Models;
using RsolvDeploy.Updates.Kustomize;
using k8s.Models;

namespace RsolvDeploy.Preflight;

/// <summary>Asks the API server whether the coming steps are allowed, all questions at once.</summary>
internal static class Permissions
{
    public static async Task<CheckOutcome> EvaluateAsync(ClusterClient cluster, Target target, IReadOnlyList<DeploymentStep> steps, CancellationToken ct)
    {
        var backedUp = steps.Contains(DeploymentStep.Backup) ? await BackupScope.ResolveAsync(cluster, target.Backup.AdditionalKinds, ct) : [];
        var written = steps.Contains(DeploymentStep.Update) && target.Kustomize is { } overlay ? await Overlay.KindsAsync(overlay.Path, target, ct) : [];
        var needs = AccessRequirement.For(target, steps, backedUp.Select(scope => scope.Kind), written);
        var answers = await Task.WhenAll(needs.Select(async need => (Need: need, Allowed: await AskAsync(cluster, need, ct))));
        var missing = answers.Where(answer => !answer.Allowed).Select(answer => answer.Need).ToList();
        if (missing.Count == 0) return CheckOutcome.Passed($"{needs.Count} verbs asked for, all allowed: {string.Join(", ", steps)}");
        var evidence = $"not allowed {string.Join("; ", missing.GroupBy(need => need.Namespace).Select(perNamespace => $"in {perNamespace.Key}: {Named(perNamespace)}"))}";
        return missing.TrueForAll(need => need.IsOptional) ? CheckOutcome.Warning($"{evidence}; what needs it is left out, with a warning", Grant(missing)) : CheckOutcome.Failed(evidence, Grant(missing));
    }

    private static async Task<bool> AskAsync(ClusterClient cluster, AccessRequirement need, CancellationToken ct)
    {
        var review = await cluster.CreateAsync(ResourceKind.AccessReviews, null, need.ToReview(), dryRun: false, ct);
        return review.ReadAs<V1SelfSubjectAccessReview>().Status?.Allowed == true;
    }

    private static string Named(IEnumerable<AccessRequirement> needs) =>
        string.Join("; ", needs.GroupBy(need => need.Resource).Select(resource => $"{string.Join(", ", resource.Select(need => need.Verb).Distinct())} {resource.Key}"));

    // The lines as they stand in a Role.
    private static string Grant(IReadOnlyList<AccessRequirement> missing)
    {
        var roles = missing.GroupBy(need => need.Namespace).Select(perNamespace =>
        {
            var rules = perNamespace
                .GroupBy(need => (need.Kind.Group, need.Resource))
                .Select(rule => $"- {{ apiGroups: [\"{rule.Key.Group}\"], resources: [\"{rule.Key.Resource}\"], verbs: [{string.Join(", ", rule.Select(need => $"\"{need.Verb}\"").Distinct())}] }}");
            return $"Have these rules added to a Role in namespace {perNamespace.Key}:\n{string.Join('\n', rules)}";
        });
        return string.Join('\n', roles);
    }
}
