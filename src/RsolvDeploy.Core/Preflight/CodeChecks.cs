using RsolvDeploy.Checks;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Preflight;

/// <summary>Whether what would be built is what was merged.</summary>
internal static class CodeChecks
{
    private const int Shown = 5;

    public static async Task<IReadOnlyList<Check>> EvaluateAsync(Target target, PreflightPlan plan, CancellationToken ct)
    {
        CheckDefinition[] all = [PreflightChecks.Merged, PreflightChecks.Clean, PreflightChecks.UpToDate, PreflightChecks.Tagged];
        if (!plan.Steps.Contains(DeploymentStep.Publish)) return [.. all.Select(box => box.Skip("nothing is to be built"))];
        if (target.Source is not { } source) return [.. all.Select(box => box.Skip("no source tree is configured"))];
        var tree = new Lazy<Task<WorkTree>>(() => WorkTree.OpenAsync(source, ct));
        var remote = new Lazy<Task<string>>(async () => await (await tree.Value).RemoteHeadAsync(ct));
        return await Task.WhenAll(
            PreflightChecks.Merged.EvaluateAsync(async () => await MergedAsync(await tree.Value, await remote.Value, ct)),
            PreflightChecks.Clean.EvaluateAsync(async () => await CleanAsync(await tree.Value, ct)),
            PreflightChecks.UpToDate.EvaluateAsync(async () => await UpToDateAsync(await tree.Value, await remote.Value, ct)),
            PreflightChecks.Tagged.EvaluateAsync(async () => await TaggedAsync(await tree.Value, ct)));
    }

    private static async Task<CheckOutcome> MergedAsync(WorkTree tree, string remote, CancellationToken ct)
    {
        var evidence = $"HEAD {Short(tree.Head)}{(tree.Branch is null ? " (detached)" : $" ({tree.Branch})")}, {tree.RemoteBranch} {Short(remote)}";
        if (await tree.IsAncestorAsync(tree.Head, remote, ct)) return CheckOutcome.Passed(evidence);
        return tree.IsShallow
            ? CheckOutcome.Failed($"{evidence}; the clone is shallow, so that its history does not tell whether HEAD was merged", "Fetch the whole history: git fetch --unshallow.")
            : CheckOutcome.Failed($"{evidence}; HEAD is not in {tree.RemoteBranch}", $"Merge it into {tree.RemoteBranch} first, or check out what is merged.");
    }

    private static async Task<CheckOutcome> CleanAsync(WorkTree tree, CancellationToken ct)
    {
        var changes = await tree.ChangesAsync(ct);
        return changes.Count == 0
            ? CheckOutcome.Passed($"{tree.Folder} has nothing uncommitted")
            : CheckOutcome.Failed($"{changes.Count} uncommitted: {string.Join(", ", changes.Take(Shown))}{(changes.Count > Shown ? ", …" : "")}", "Commit them, stash them, or build from a clean clone: what is built would be in no commit.");
    }

    private static async Task<CheckOutcome> UpToDateAsync(WorkTree tree, string remote, CancellationToken ct)
    {
        if (await tree.IsAncestorAsync(remote, tree.Head, ct)) return CheckOutcome.Passed($"HEAD has all of {tree.RemoteBranch} ({Short(remote)})");
        return tree.IsShallow
            ? CheckOutcome.Failed($"the clone is shallow, so that its history does not tell whether HEAD has all of {tree.RemoteBranch}", "Fetch the whole history: git fetch --unshallow.")
            : CheckOutcome.Failed($"HEAD is {await tree.CountAsync(tree.Head, remote, ct)} commits behind {tree.RemoteBranch}", "Pull, and build that.");
    }

    private static async Task<CheckOutcome> TaggedAsync(WorkTree tree, CancellationToken ct)
    {
        var tags = await tree.TagsAsync(ct);
        return tags.Count > 0 ? CheckOutcome.Passed(string.Join(", ", tags)) : CheckOutcome.Warning($"no tag is on HEAD {Short(tree.Head)}", "Tag the release (git tag), so that it is found again.");
    }

    private static string Short(string commit) => commit.Length > 10 ? commit[..10] : commit;
}
