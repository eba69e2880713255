using System.Text.Json.Serialization;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Checks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Backups;

/// <summary>Backs up the state of a deployment to a new folder.</summary>
internal sealed class BackupStep : IStep<BackupOptions, StateBackup>
{
    /// <summary>Prepares the first one of a process.</summary>
    public BackupStep() => _ = FirstBackup.Begin();

    /// <inheritdoc/>
    public StepKind Kind => StepKind.Backup;

    /// <inheritdoc/>
    public string FailureId => "BackupFailed";

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => BackupJson.Default;

    /// <inheritdoc/>
    public IReadOnlyList<string> NotRecorded(BackupOptions options) => options.Passphrase is null ? [] : [nameof(options.Passphrase)];

    /// <inheritdoc/>
    public StateBackup WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Backup, reason, context.Clock));

    /// <inheritdoc/>
    public async Task<StateBackup> RunAsync(StepContext context, BackupOptions options, CancellationToken ct)
    {
        var target = context.Target;
        using var passphrase = options.Passphrase is null ? null : BackupPassphrase.From(options.Passphrase);
        var plan = BackupWriter.Plan(target, context.Clock.GetUtcNow(), context.RunId, options.Destination, passphrase);
        plan = plan with
        {
            DryRun = !options.SkipDryRun,
            AdditionalKinds = [.. target.Backup.AdditionalKinds, .. options.AdditionalKinds],
            Encryption = plan.Encryption with { Everything = options.EncryptAll || plan.Encryption.Everything },
            Clock = context.Clock,
        };
        var kinds = string.Join(", ", (string[])["Deployment", "ConfigMaps", "Secrets", .. plan.AdditionalKinds]);
        if (!await context.ConfirmAsync(plan.Folder, $"Back up {kinds} of {target.Namespace}", ct))
            return WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed);

        var cluster = context.Cluster;
        // This changes nothing: the connection is made while the ledger is written.
        var workloads = BackupWriter.ReadWorkloadsAsync(cluster, target, ct);
        // A run that is resumed within the same second has the same name for its backup.
        if (context.Resumed?.Facts(BackupJson.Default.BackupFacts) is { } killed) BackupDraft.DeleteAbandoned(killed.Folder);
        var ledger = context.Journal.Start(new BackupFacts(plan.Folder), BackupJson.Default);
        return await ledger.DoAsync($"write {plan.Folder}", () => BackupWriter.WriteAsync(cluster, plan, context.Reporter, ct, workloads));
    }
}
