using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Backups.Writing;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Json;
using RsolvDeploy.Reporting;
using RsolvDeploy.Storage;

namespace RsolvDeploy.Backups;

/// <summary>Backs up the state of a deployment: the Deployment, the ConfigMaps and the Secrets of its namespace, and what else is configured.</summary>
internal static class BackupWriter
{
    private const int KindsAtOnce = 2;

    /// <summary>Decides where the backup goes and whom it is for; writes nothing.</summary>
    /// <param name="target">What to back up.</param>
    /// <param name="now">The instant of the backup.</param>
    /// <param name="runId">The run it belongs to.</param>
    /// <param name="destination">The folder in which the backup's own folder is made; null for the configured one.</param>
    /// <param name="passphrase">A passphrase to encrypt for; null for none.</param>
    /// <param name="encryptAll">Whether every object is encrypted, and not only Secrets.</param>
    public static BackupPlan Plan(Target target, DateTimeOffset now, string runId, string? destination, BackupPassphrase? passphrase, bool encryptAll = false)
    {
        var root = destination ?? BackupCatalog.RootOf(target);
        var name = string.Create(CultureInfo.InvariantCulture, $"{target.Name}-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{runId}");
        var encryption = BackupEncryption.Plan(target.Backup, passphrase, BackupKeyStore.ForUser()) with { Everything = encryptAll || target.Backup.EncryptAll };
        return new BackupPlan(target, runId, now.ToUniversalTime(), Path.Combine(root, name), encryption);
    }

    /// <summary>Writes the backup beside its place and moves it there when it is whole; what is not whole is taken away.</summary>
    public static async Task<StateBackup> WriteAsync(ClusterClient cluster, BackupPlan plan, IReporter reporter, CancellationToken ct)
    {
        var timer = CheckTimer.Start(TimeProvider.System);
        // The deployment comes first: without it there is nothing to go back to, and nothing is begun.
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, plan.Target.Namespace, plan.Target.Deployment, ct);
        var scopes = await BackupScope.ResolveAsync(cluster, plan.AdditionalKinds, ct);
        if (plan.Encryption.Signer.EnsureCreated(plan.Created))
        {
            reporter.Information($"A key pair for backups was made: {plan.Encryption.Signer.KeyPath}. Keep a copy elsewhere: it signs your backups, and without it those that are encrypted for nobody else cannot be read.");
        }

        var draft = Path.Combine(Path.GetDirectoryName(plan.Folder)!, BackupFolder.UnfinishedPrefix + Path.GetFileName(plan.Folder));
        foreach (var taken in new[] { plan.Folder, draft })
            if (Path.Exists(taken)) throw Exists(taken);
        try
        {
            using var writing = Prepare(draft);
            using var password = plan.Encryption.Passphrase is { } passphrase ? PasswordKey.Derive(passphrase) : null;
            var signer = new ManifestSigner(plan.Encryption.Signer, password);
            var trial = new RestoreDryRun(cluster, plan.TryRestore, timer);
            var (manifest, hash) = await FillAsync(cluster, plan, scopes, deployment, draft, signer, password, trial, reporter, ct);
            Finish(draft, plan.Folder, writing);
            return new BackupOutcome(plan, manifest, hash, timer).ToResult(trial.ToCheck());
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw BackupFaults.OfWriting(plan.Folder, e);
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
            reporter.Progress(new ProgressUpdate(Activity(plan), "done", 100, Completed: true));
        }
    }

    // What is given back is held for as long as the backup is written: who cleans up leaves it alone then.
    private static FileStream Prepare(string draft)
    {
        PrivateStorage.CreateFolder(draft);
        var writing = FileLock.TryAcquire(Path.Combine(draft, BackupFolder.WritingName)) ?? throw Exists(draft);
        PrivateStorage.CreateFolder(Path.Combine(draft, BackupKinds.FolderOf(ResourceKind.Deployments)));
        return writing;
    }

    private static DeployException Exists(string folder) =>
        new("BackupExists", FaultCategory.ResourceExists, $"There already is a backup at {folder}; it was left as it is.", "Try again a second later, or name another folder.") { Subject = folder };

    // Everything has to be on the disk before the name that says so, and then the name.
    private static void Finish(string draft, string folder, FileStream writing)
    {
        writing.Dispose();
        File.Delete(writing.Name);
        DiskFlush.Run(draft);
        Directory.Move(draft, folder);
        try
        {
            DiskFlush.Folder(Path.GetDirectoryName(folder)!);
        }
        catch (IOException)
        {
            Directory.Move(folder, draft); // what is not sure to last is not offered
            throw;
        }
    }

    private static async Task<(BackupManifest Manifest, string Hash)> FillAsync(
        ClusterClient cluster, BackupPlan plan, IReadOnlyList<BackupScope> scopes, JsonObject deployment, string draft, ManifestSigner signer, PasswordKey? password, RestoreDryRun trial, IReporter reporter, CancellationToken ct)
    {
        var ns = plan.Target.Namespace;
        var (image, revision) = (ImageOf(deployment, plan.Target.Container), RevisionOf(deployment));
        var version = deployment.At("metadata", "resourceVersion").Text() ?? "";
        using var sealer = new CmsSealer(plan.Encryption.AllCertificates().Select(recipient => recipient.Certificate), password);
        using var writer = new ObjectWriter(draft, ns, sealer, plan.Encryption.Everything);
        var json = JsonSerializer.SerializeToUtf8Bytes(deployment);
        var first = writer.Write(ResourceKind.Deployments, json);
        await trial.TryAsync(ResourceKind.Deployments, [json], ct);

        var count = 1;
        var reader = new ResourceBackupReader(cluster, ns, draft, writer, trial, more => reporter.Progress(new ProgressUpdate(Activity(plan), $"{Interlocked.Add(ref count, more)} objects")));
        var kinds = new ResourceBackup[scopes.Count];
        var options = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = KindsAtOnce };
        await Parallel.ForEachAsync(scopes.Select((scope, index) => (scope, index)), options, async (one, token) => kinds[one.index] = await reader.ReadAsync(one.scope, token));

        // The way to the disk is gone while the server is asked what changed; what is written behind this is little.
        var late = Task.WhenAll([ConcurrentChanges.OfDeploymentAsync(cluster, plan.Target, deployment, ct), .. kinds.Select(kind => ConcurrentChanges.OfAsync(cluster, ns, kind, ct))]);
        await Task.WhenAll(Task.Run(() => DiskFlush.Run(draft), CancellationToken.None), late);
        var ordered = kinds.OrderBy(kind => BackupKinds.Order(kind.Kind.Kind)).ToList();
        var manifest = new BackupManifest
        {
            Tool = $"RsolvDeploy {typeof(BackupWriter).Assembly.GetName().Version?.ToString(3)}",
            Target = plan.Target.Name,
            Cluster = cluster.Server,
            Context = cluster.ContextName,
            Namespace = ns,
            Deployment = plan.Target.Deployment,
            RunId = plan.RunId,
            Created = plan.Created,
            Image = image,
            Revision = revision,
            Encryption = plan.Encryption.ForManifest(),
            Signature = signer.Describe(),
            Kinds = [new ManifestKind(ResourceKind.Deployments.ApiVersion, ResourceKind.Deployments.Kind, ResourceKind.Deployments.Plural, version), .. ordered.Select(kind => kind.Kind)],
            Items = [first.Item!, .. ordered.SelectMany(kind => kind.Objects.Select(one => one.Item).OfType<ManifestItem>().OrderBy(item => item.Name, StringComparer.Ordinal))],
            Omitted = [.. ordered.SelectMany(kind => kind.Objects.Select(one => one.Omission).OfType<ManifestOmission>().OrderBy(omitted => omitted.Name, StringComparer.Ordinal))],
            Changed = [.. (await late).SelectMany(one => one)],
        };
        return (manifest, ManifestFile.Write(draft, manifest, signer));
    }

    private static string? ImageOf(JsonObject deployment, string? container)
    {
        var containers = (deployment.At("spec", "template", "spec", "containers") as JsonArray ?? []).OfType<JsonObject>().ToList();
        return (containers.FirstOrDefault(one => one["name"].Text() == container) ?? (container is null && containers.Count == 1 ? containers[0] : null)).At("image").Text();
    }

    private static long? RevisionOf(JsonObject deployment) =>
        long.TryParse(deployment.At("metadata", "annotations", DeploymentAnnotations.Revision).Text(), CultureInfo.InvariantCulture, out var revision) ? revision : null;

    private static string Activity(BackupPlan plan) => $"Backing up {plan.Target.Name}";
}
