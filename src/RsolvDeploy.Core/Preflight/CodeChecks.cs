using RsolvDeploy.Checks;
using RsolvDeploy.SourceControl;

namespace RsolvDeploy.Preflight;

/// <summary><c>code.*</c>: what would be built is what was merged.</summary>
internal static class CodeChecks
{
    private const int Shown = 5;
    private const string Unshallow = "Fetch the whole history: git fetch --unshallow.";

    public static async Task<IReadOnlyList<Check>> EvaluateAsync(
        Target target, PreflightPlan plan, CheckScope scope)
    {
        var (clock, ct) = scope;
        CheckDefinition[] all = [CheckTable.CodeMerged, CheckTable.CodeClean, CheckTable.CodeUpToDate, CheckTable.CodeTagged];
        if (!plan.Steps.Contains(DeploymentStep.Publish))
            return [.. all.Select(definition => definition.Skip("Publish is not among the pending steps", clock))];
        if (target.Source is not { } source) return [.. all.Select(definition => definition.Skip("no source tree is configured", clock))];
        var tree = new Lazy<Task<WorkTree>>(() => WorkTree.OpenAsync(source, ct));
        var remote = new Lazy<Task<string>>(async () => await (await tree.Value).RemoteHeadAsync(ct));
        return await Task.WhenAll(
            CheckTable.CodeMerged.EvaluateAsync(scope, async () => await MergedAsync(await tree.Value, await remote.Value, ct)),
            CheckTable.CodeClean.EvaluateAsync(scope, async () => await CleanAsync(await tree.Value, ct)),
            CheckTable.CodeUpToDate.EvaluateAsync(scope, async () => await UpToDateAsync(await tree.Value, await remote.Value, ct)),
            CheckTable.CodeTagged.EvaluateAsync(scope, async () => await TaggedAsync(await tree.Value, ct)));
    }

    private static async Task<CheckOutcome> MergedAsync(WorkTree tree, string remote, CancellationToken ct)
    {
        var evidence =
            $"HEAD {Short(tree.Head)}{(tree.Branch is null ? " (detached)" : $" ({tree.Branch})")}, {tree.RemoteBranch} {Short(remote)}";
        if (await tree.IsAncestorAsync(tree.Head, remote, ct)) return CheckOutcome.Met(evidence);
        return tree.IsShallow
            ? CheckOutcome.NotMet($"{evidence}; the clone is shallow, so its history does not show whether HEAD was merged", Unshallow)
            : CheckOutcome.NotMet(
                $"{evidence}; HEAD is not in {tree.RemoteBranch}",
                $"Merge it into {tree.RemoteBranch} first, or check out what is merged.");
    }

    private static async Task<CheckOutcome> CleanAsync(WorkTree tree, CancellationToken ct)
    {
        var changes = await tree.ChangesAsync(ct);
        var listed = $"{changes.Count} uncommitted: {string.Join(", ", changes.Take(Shown))}{(changes.Count > Shown ? ", …" : "")}";
        return CheckOutcome.MetIf(changes.Count == 0, changes.Count == 0 ? $"{tree.Folder} has nothing uncommitted" : listed,
            "Commit them, stash them, or build from a clean clone: what is built would be in no commit.").Compared(0, changes.Count);
    }

    private static async Task<CheckOutcome> UpToDateAsync(WorkTree tree, string remote, CancellationToken ct)
    {
        if (await tree.IsAncestorAsync(remote, tree.Head, ct))
            return CheckOutcome.Met($"HEAD has all of {tree.RemoteBranch} ({Short(remote)})").Compared(0, 0);
        if (tree.IsShallow)
        {
            return CheckOutcome.NotMet(
                $"the clone is shallow, so its history does not show whether HEAD has all of {tree.RemoteBranch}", Unshallow)
                .Compared(0, "unknown");
        }

        var behind = await tree.CountAsync(tree.Head, remote, ct);
        return CheckOutcome.NotMet($"HEAD is {behind} commits behind {tree.RemoteBranch}", "Pull, and build that.").Compared(0, behind);
    }

    private static async Task<CheckOutcome> TaggedAsync(WorkTree tree, CancellationToken ct)
    {
        var tags = await tree.TagsAsync(ct);
        return tags.Count > 0
            ? CheckOutcome.Met(string.Join(", ", tags))
            : CheckOutcome.Warning($"no tag is on HEAD {Short(tree.Head)}", "Tag the release (git tag), so that it is found again.");
    }

    private static string Short(string commit) => commit.Length > 10 ? commit[..10] : commit;
}
