using System.Text.Json.Serialization;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Errors;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Backups;

/// <summary>Deletes backups that the policy does not keep, or one that is named; never the newest good one.</summary>
internal sealed class BackupRemovalStep : IStep<BackupRemovalOptions, BackupRemoval>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.BackupRemoval;

    /// <inheritdoc/>
    public string FailureId => "BackupNotDeleted";

    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => BackupJson.Default;

    /// <inheritdoc/>
    public BackupRemoval WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, []);

    /// <inheritdoc/>
    public async Task<BackupRemoval> RunAsync(StepContext context, BackupRemovalOptions options, CancellationToken ct)
    {
        var target = context.Target;
        var named = PathOf(context, options);
        var root = named is null ? BackupLocation.RootFor(target) : Path.GetDirectoryName(named)!;
        var all = await BackupCatalog.ListAsync(root, target.Name, verify: false, ct);
        var good = await BackupCatalog.FindNewestGoodAsync(all, ct);
        if (good is null && all.Any(info => info.Complete))
        {
            context.Reporter.Warning(
                $"No backup of {target.Name} is complete and signed by a trusted signer; Get-RsolvBackup -Verify shows why. "
                    + "The policy deletes none.");
        }

        var status = StepStatus.Planned;
        foreach (var info in named is null ? Outdated(context, options, all, good) : [Named(all, good, named)])
        {
            if (!await context.ConfirmAsync(info.Path, "Delete the backup", ct)) continue;
            var ledger = context.Journal.Start(new BackupFacts(info.Path), BackupJson.Default);
            await ledger.DoAsync($"delete {info.Path}", () => Task.Run(() => Delete(info.Path), ct));
            status = StepStatus.Succeeded;
            await context.Emit(info, ct);
        }

        return WithoutResult(context, status, "");
    }

    private static string? PathOf(StepContext context, BackupRemovalOptions options)
    {
        var path = options.BackupPath ?? context.Resumed?.Probe.Folder ?? context.Resumed?.Facts(BackupJson.Default.BackupFacts)?.Folder;
        return path is null ? null : Path.TrimEndingDirectorySeparator(path);
    }

    private static string Delete(string path)
    {
        BackupCatalog.Delete(path);
        return path;
    }

    private static IReadOnlyList<BackupInfo> Outdated(
        StepContext context, BackupRemovalOptions options, IReadOnlyList<BackupInfo> all, BackupInfo? good)
    {
        var policy = context.Target.Backup;
        DateTimeOffset? before = (options.OlderThan ?? policy.KeepFor) is { } age ? context.Clock.GetUtcNow() - age : null;
        return BackupCatalog.Outdated(all, good, options.Keep ?? policy.Keep, before);
    }

    private static BackupInfo Named(IReadOnlyList<BackupInfo> all, BackupInfo? good, string path)
    {
        var found = all.FirstOrDefault(info => info.Path == path) ?? throw new DeployException(
            "BackupNotFound", FaultCategory.ObjectNotFound, $"{path} is no backup of this target; nothing was deleted.",
            "Name a folder that Get-RsolvBackup lists.")
        { Subject = path };
        return found != (good ?? all.FirstOrDefault(info => info.Complete)) ? found : throw new DeployException(
            "BackupIsLast", FaultCategory.InvalidOperation, $"{path} is the newest good backup of {found.TargetName}; it was not deleted.",
            "Create a new backup first, or delete the folder yourself.")
        { Subject = path };
    }
}
