using RsolvDeploy.Checks;

namespace RsolvDeploy.Updates;

/// <summary>The planned update of a release that has several workloads.</summary>
/// <param name="Target">The release.</param>
/// <param name="Image">The image that every workload gets.</param>
/// <param name="Plans">The update of each workload, in the order of the update.</param>
internal sealed record ReleasePlan(Target Target, string Image, IReadOnlyList<UpdatePlan> Plans)
{
    /// <summary>The update of the main workload.</summary>
    public UpdatePlan Main => Plans.First(one => one.Workload == Target.Main);

    /// <summary>Who else owns the image, of all workloads.</summary>
    public CheckOutcome Ownership => OwnershipCheck.Merge(Plans.Select(one => (one.Workload, one.Ownership)));

    /// <summary>The fields that change, workload by workload.</summary>
    public string Diff => string.Join(
        '\n',
        Plans.Select(one => (one.Workload, one.Diff)).Where(one => one.Diff.Length > 0).Select(one => $"{one.Workload}:\n{one.Diff}"));

    /// <summary>The change, for the confirmation.</summary>
    public string Summary => $"Change the image of {Plans.Count} workloads to {Image}, "
        + $"{(Target.Rollout.Order == RolloutOrder.Parallel ? "all at once" : "one after the other")}: "
        + string.Join(", ", Plans.Select(one => $"{one.Workload} from {one.PreviousImage}"))
        + (Diff.Length == 0 ? "" : $"\n{Diff}\n")
        + (Ownership.Result == CheckResult.Met ? "" : $"\n{CheckTable.EnvironmentOwnership.Id}: {Ownership.Evidence}\n");
}
