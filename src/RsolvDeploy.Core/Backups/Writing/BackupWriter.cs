using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Files;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups.Writing;

/// <summary>
/// Backs up the state of a deployment: its workloads, the ConfigMaps and Secrets of its namespace, and the configured kinds.
/// </summary>
internal static class BackupWriter
{
    /// <summary>Decides where a backup is written and who can decrypt it; writes nothing.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="created">The timestamp of the backup.</param>
    /// <param name="runId">The run.</param>
    /// <param name="destination">The folder in which the backup's own folder is created; null for the configured one.</param>
    /// <param name="passphrase">A passphrase to encrypt for; null for none.</param>
    public static BackupPlan Plan(Target target, DateTimeOffset created, string runId, string? destination, BackupPassphrase? passphrase)
    {
        var folder = Path.Combine(destination ?? BackupLocation.RootFor(target), BackupLocation.NameFor(target, created, runId));
        var encryption = BackupEncryption.Plan(target.Backup, passphrase, BackupKeyStore.ForUser()) with
        {
            Everything = target.Backup.EncryptAll,
        };
        return new BackupPlan(target, runId, created.ToUniversalTime(), folder, encryption);
    }

    /// <summary>Reads the workloads of a target, in its order.</summary>
    public static Task<JsonObject[]> ReadWorkloadsAsync(ClusterClient cluster, Target target, CancellationToken ct) =>
        Task.WhenAll(target.Workloads.Select(one =>
            cluster.GetAsync(WorkloadKinds.ResourceOf(one.Kind), target.Namespace, one.Name, ct)));

    /// <summary>Writes a backup. One that fails leaves nothing behind.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="plan">What is backed up, and where to.</param>
    /// <param name="reporter">Gets the progress.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="reading">The workloads, where they are being read already.</param>
    /// <exception cref="DeployException">Among others <c>BackupExists</c>, <c>DiskFull</c> and the errors of the cluster.</exception>
    public static async Task<StateBackup> WriteAsync(
        ClusterClient cluster,
        BackupPlan plan,
        IReporter reporter,
        CancellationToken ct,
        Task<JsonObject[]>? reading = null)
    {
        var timer = CheckTimer.Start(plan.Clock);
        // Without the workloads there is nothing to restore, so nothing is created.
        var workloads = await (reading ?? ReadWorkloadsAsync(cluster, plan.Target, ct));
        var scopes = await BackupScope.ResolveAsync(cluster, plan.Target, plan.AdditionalKinds, ct);
        EnsureSigner(plan, reporter);
        try
        {
            using var draft = BackupDraft.Create(plan.Folder);
            using var password = plan.Encryption.Passphrase is { } passphrase ? PasswordKey.Derive(passphrase) : null;
            using var sealer = new CmsSealer(plan.Encryption.AllCertificates().Select(recipient => recipient.Certificate), password);
            using var objects = new ObjectWriter(draft.Path, plan.Target.Namespace, sealer, plan.Encryption.Everything);
            var dryRun = new RestoreDryRun(cluster, plan.DryRun, timer);
            var snapshot = new SnapshotWriter(
                cluster, plan.Target, draft, new ChunkWriter(objects, dryRun, new BackupProgress(plan, reporter)));
            var content = await snapshot.WriteAsync(workloads, scopes, ct);

            var signer = new ManifestSigner(plan.Encryption.Signer, password);
            var manifest = content.ToManifest(plan, cluster, signer.Describe());
            var hash = ManifestFile.Write(draft.Path, manifest);
            signer.Write(draft.Path, hash);
            draft.Complete();
            return new BackupOutcome(plan, manifest, Convert.ToHexString(hash).ToLowerInvariant(), timer).ToResult(dryRun.ToCheck());
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.ForWrite(plan.Folder, e);
        }
        finally
        {
            new BackupProgress(plan, reporter).Complete();
        }
    }

    private static void EnsureSigner(BackupPlan plan, IReporter reporter)
    {
        var keys = plan.Encryption.Signer;
        if (!keys.EnsureCreated(plan.Created)) return;
        reporter.Information($"A key pair for backups was created: {keys.KeyPath}. Keep a copy elsewhere: it signs the backups, "
            + "and without it backups that have no other recipient cannot be decrypted.");
    }
}
