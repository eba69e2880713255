using System.Text.Json.Serialization;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Restoring;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Backups;

/// <summary>Restores the objects of a deployment that differ from a backup.</summary>
internal sealed class RestoreStep : IStep<RestoreOptions, StateRestore>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Restore;

    /// <inheritdoc/>
    public string FailureId => "RestoreFailed";

    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => BackupJson.Default;

    /// <inheritdoc/>
    public IReadOnlyList<string> NotRecorded(RestoreOptions options) => options.Passphrase is null ? [] : [nameof(options.Passphrase)];

    /// <inheritdoc/>
    public StateRestore WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, []);

    /// <inheritdoc/>
    public async Task<StateRestore> RunAsync(StepContext context, RestoreOptions options, CancellationToken ct)
    {
        var passphrase = options.Passphrase is null ? null : BackupPassphrase.From(options.Passphrase);
        using var backup = BackupFolder.Open(PathOf(context, options), DecryptionKeyProviders.From(options.KeyPath, passphrase));
        var filter = new ObjectFilter(options.Include, options.Exclude);
        var plan = await StateRestorer.PlanAsync(context.Cluster, context.Target, backup, filter, ct) with
        {
            Prune = options.Prune,
            Recreate = options.Recreate,
        };
        foreach (var change in plan.Changes) context.Reporter.Information(RestorePlan.Describe(change));
        if (plan.Changes.Count == 0) return StateRestorer.CreateUnchangedResult(plan, context.RunId);
        var subject = $"{context.Target.Namespace} in {context.Cluster.ContextName}";
        if (!await context.ConfirmAsync(subject, $"Restore from {backup.Path}: {plan.Summary}\n{plan.Diff}\n", ct))
            return Planned(context, plan);

        var changes = plan.Changes.Select(change => $"{change.Kind}/{change.Name}: {change.Change}").ToArray();
        var facts = new RestoreFacts(backup.Path, backup.ManifestHash, context.Cluster.Server, context.Target.Namespace, changes);
        var ledger = context.Journal.Start(facts, BackupJson.Default);
        await using var held = await context.AcquireLockAsync(options.Lock, ct);
        return await StateRestorer.ApplyAsync(context.Cluster, plan, ledger, context.Reporter, ct);
    }

    private static string PathOf(StepContext context, RestoreOptions options) =>
        options.BackupPath.Length > 0 ? options.BackupPath : context.Resumed?.Facts(BackupJson.Default.RestoreFacts)?.Folder ?? "";

    private StateRestore Planned(StepContext context, RestorePlan plan) =>
        WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with
        {
            Path = plan.Backup.Path,
            Items = plan.Changes
                .Select(change => new RestoredObject(change.Kind, change.Name, RestoreAction.Planned, RestorePlan.Describe(change)))
                .ToArray(),
        };
}
