using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Backups.Signing;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Transport;
using RsolvDeploy.Errors;
using RsolvDeploy.Reporting;

namespace RsolvDeploy.Backups;

/// <summary>Backs up the state of a deployment: the Deployment, the ConfigMaps and the Secrets of its namespace.</summary>
internal static class StateArchive
{
    private const int ProgressEvery = 100;

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
        return new BackupPlan(target, runId, now.ToUniversalTime(), Path.Combine(root, name), BackupEncryption.Plan(target.Backup, passphrase, BackupKeyStore.ForUser()) with { Everything = encryptAll });
    }

    /// <summary>Writes the backup beside its place and moves it there when it is whole; what is not whole is taken away.</summary>
    public static async Task<StateBackup> WriteAsync(ClusterClient cluster, BackupPlan plan, IReporter reporter, CancellationToken ct)
    {
        var started = DateTimeOffset.UtcNow;
        // The deployment comes first: without it there is nothing to go back to, and nothing is begun.
        var deployment = await cluster.GetAsync(ResourceKind.Deployments, plan.Target.Namespace, plan.Target.Deployment, ct);
        if (plan.Encryption.Signer.EnsureCreated(plan.Created))
        {
            reporter.Information($"A key pair for backups was made: {plan.Encryption.Signer.KeyPath}. Keep a copy elsewhere: it signs your backups, and without it those that are encrypted for nobody else cannot be read.");
        }

        var draft = Path.Combine(Path.GetDirectoryName(plan.Folder)!, BackupFolder.UnfinishedPrefix + Path.GetFileName(plan.Folder));
        try
        {
            Prepare(plan, draft);
            var trial = new RestoreTrial(cluster, plan.TryRestore);
            using var password = plan.Encryption.Passphrase is { } passphrase ? PasswordKey.Derive(passphrase) : null;
            var signer = new ManifestSigner(plan.Encryption.Signer, password);
            var manifest = await FillAsync(cluster, plan, deployment, draft, password, signer, trial, reporter, ct);
            // The manifest says that everything is there, so everything has to be on the disk before it.
            DiskFlush.Run(draft);
            var hash = ManifestFile.Write(draft, manifest, signer);
            Directory.Move(draft, plan.Folder);
            return Result(plan, manifest, hash, trial.ToCheck(), started);
        }
        catch (Exception e) when (StorageFaults.IsOne(e))
        {
            throw StorageFaults.OfWriting(plan.Folder, e);
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
            reporter.Progress(new ProgressUpdate(Activity(plan), "done", 100, Completed: true));
        }
    }

    private static void Prepare(BackupPlan plan, string draft)
    {
        var folder = plan.Folder;
        if (Directory.Exists(folder) || File.Exists(folder))
        {
            throw new DeployException("BackupExists", FaultCategory.ResourceExists, $"There already is a backup at {folder}; it was left as it is.",
                "Try again a second later, or name another folder.")
            { Subject = folder };
        }

        PrivateStorage.CreateFolder(draft);
        foreach (var kind in plan.Scopes.Select(scope => scope.Kind).Prepend(ResourceKind.Deployments)) PrivateStorage.CreateFolder(Path.Combine(draft, BackupKinds.FolderOf(kind)));
    }

    private static async Task<BackupManifest> FillAsync(
        ClusterClient cluster, BackupPlan plan, JsonObject deployment, string draft, PasswordKey? password, ManifestSigner signer, RestoreTrial trial, IReporter reporter, CancellationToken ct)
    {
        var image = ImageOf(deployment, plan.Target.Container);
        var revision = RevisionOf(deployment);
        using var writer = new ObjectWriter(draft, [.. plan.Encryption.AllCertificates().Select(recipient => recipient.Certificate)], password, plan.Encryption.Everything);
        var kinds = new List<ManifestKind>();
        var written = new ConcurrentBag<BackedUpObject>();
        var count = 0;
        var options = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Math.Max(8, Environment.ProcessorCount) };
        await Parallel.ForEachAsync(ObjectsAsync(cluster, plan, deployment, kinds, ct), options, async (read, token) =>
        {
            var one = writer.Write(read.Kind, read.Object);
            written.Add(one);
            if (one.Item is not null) await trial.TryAsync(read.Kind, read.Object, token);
            if (Interlocked.Increment(ref count) is var n && n % ProgressEvery == 0) reporter.Progress(new ProgressUpdate(Activity(plan), $"{n} objects"));
        });

        return new BackupManifest
        {
            Tool = $"RsolvDeploy {typeof(StateArchive).Assembly.GetName().Version?.ToString(3)}",
            Target = plan.Target.Name,
            Cluster = cluster.Server,
            Context = cluster.ContextName,
            Namespace = plan.Target.Namespace,
            Deployment = plan.Target.Deployment,
            RunId = plan.RunId,
            Created = plan.Created,
            Image = image,
            Revision = revision,
            Encryption = plan.Encryption.ForManifest(),
            Signature = signer.Describe(),
            Kinds = [.. kinds.OrderBy(kind => kind.Kind != "Deployment").ThenBy(kind => BackupKinds.Order(kind.Kind))],
            Items = [.. written.Select(one => one.Item).OfType<ManifestItem>().OrderBy(item => item.Kind != "Deployment").ThenBy(item => BackupKinds.Order(item.Kind)).ThenBy(item => item.Name, StringComparer.Ordinal)],
            Omitted = [.. written.Select(one => one.Omission).OfType<ManifestOmission>().OrderBy(omitted => omitted.Kind, StringComparer.Ordinal).ThenBy(omitted => omitted.Name, StringComparer.Ordinal)],
        };
    }

    private static async IAsyncEnumerable<(ResourceKind Kind, JsonObject Object)> ObjectsAsync(
        ClusterClient cluster, BackupPlan plan, JsonObject deployment, List<ManifestKind> kinds, [EnumeratorCancellation] CancellationToken ct)
    {
        kinds.Add(new ManifestKind(ResourceKind.Deployments.ApiVersion, ResourceKind.Deployments.Kind, ResourceKind.Deployments.Plural, deployment.At("metadata", "resourceVersion").Text() ?? ""));
        yield return (ResourceKind.Deployments, deployment);
        foreach (var (kind, selector) in plan.Scopes)
        {
            var version = "";
            await foreach (var page in cluster.ListPagesAsync(kind, plan.Target.Namespace, selector, ct))
            {
                version = page.ResourceVersion;
                foreach (var one in page.Items) yield return (kind, one);
            }

            kinds.Add(new ManifestKind(kind.ApiVersion, kind.Kind, kind.Plural, version) { Selector = selector });
        }
    }

    private static StateBackup Result(BackupPlan plan, BackupManifest manifest, string hash, Check restorable, DateTimeOffset started)
    {
        Check Passed(string id, string title, string evidence) => new(id, "Backup", title, CheckStatus.Passed) { Evidence = evidence, Started = started, Duration = DateTimeOffset.UtcNow - started };
        string Written(string kind) => $"{manifest.Items.Count(item => item.Kind == kind)} written, read again and compared{Left(kind)}";
        string Left(string kind) => manifest.Omitted.Count(omitted => omitted.Kind == kind) is > 0 and var left ? $"; {left} left out, the manifest says why" : "";
        Check[] checks =
        [
            Passed("backup.deployment", "The Deployment is backed up", Written("Deployment")),
            Passed("backup.configmaps", "The ConfigMaps are backed up", Written("ConfigMap")),
            Passed("backup.secrets", "The Secrets are backed up, encrypted", $"{Written("Secret")}; {plan.Encryption.Describe()}"),
            Passed("backup.timestamped", "The backup is new and carries its instant", Path.GetFileName(plan.Folder)),
            Passed("backup.location", "The backup's place and checksums are known", $"{plan.Folder}; manifest sha256:{hash}"),
            restorable,
        ];
        return new StateBackup(plan.Target, plan.RunId, restorable.FailsStep ? StepStatus.Failed : StepStatus.Succeeded, checks)
        {
            Path = plan.Folder,
            Created = plan.Created,
            Items = [.. manifest.Items.Select(item => new BackupItem(item.Kind, item.Name, item.Namespace, item.File, item.Sha256, item.Size, item.Encrypted))],
            Image = manifest.Image,
            Revision = manifest.Revision,
            Encryption = plan.Encryption.Describe(),
        };
    }

    private static string? ImageOf(JsonObject deployment, string? container)
    {
        var containers = (deployment.At("spec", "template", "spec", "containers") as JsonArray ?? []).OfType<JsonObject>().ToList();
        return (containers.FirstOrDefault(one => one["name"].Text() == container) ?? (container is null && containers.Count == 1 ? containers[0] : null)).At("image").Text();
    }

    private static long? RevisionOf(JsonObject deployment) =>
        long.TryParse(deployment.At("metadata", "annotations", "deployment.kubernetes.io/revision").Text(), CultureInfo.InvariantCulture, out var revision) ? revision : null;

    private static string Activity(BackupPlan plan) => $"Backing up {plan.Target.Name}";
}
