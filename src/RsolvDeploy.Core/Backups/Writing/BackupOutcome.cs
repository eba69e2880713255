using RsolvDeploy.Backups.Manifests;

namespace RsolvDeploy.Backups.Writing;

/// <summary>What a finished backup shows: the boxes of the checklist, and what lies where.</summary>
/// <param name="plan">What was wanted.</param>
/// <param name="manifest">What was written.</param>
/// <param name="hash">SHA-256 of the manifest, lower-case hex.</param>
/// <param name="started">When it began, UTC.</param>
internal sealed class BackupOutcome(BackupPlan plan, BackupManifest manifest, string hash, DateTimeOffset started)
{
    private const int ChangesNamed = 20;

    public StateBackup ToResult(Check restorable) => new(plan.Target, plan.RunId, restorable.FailsStep ? StepStatus.Failed : StepStatus.Succeeded,
    [
        Written("backup.deployment", "The Deployment is backed up", kind => kind == "Deployment", ""),
        Written("backup.configmaps", "The ConfigMaps are backed up", kind => kind is not "Deployment" and not "Secret", ""),
        Written("backup.secrets", "The Secrets are backed up, encrypted", kind => kind == "Secret", $"; {plan.Encryption.Describe()}"),
        Passed("backup.timestamped", "The backup is new and carries its instant", Path.GetFileName(plan.Folder)),
        Passed("backup.location", "The backup's place and checksums are known", $"{plan.Folder}; manifest sha256:{hash}, signed by {manifest.Signature.Fingerprint}"),
        restorable,
    ])
    {
        Path = plan.Folder,
        Created = plan.Created,
        Items = [.. manifest.Items.Select(item => new BackupItem(item.Kind, item.Name, item.Namespace, item.File, item.Sha256, item.Size, item.Encrypted))],
        Changed = [.. manifest.Changed.Select(change => $"{change.Kind}/{change.Name} was {change.What}")],
        Image = manifest.Image,
        Revision = manifest.Revision,
        Encryption = plan.Encryption.Describe(),
    };

    private Check Written(string id, string title, Func<string, bool> takes, string more)
    {
        var counts = string.Join(", ", manifest.Kinds.Where(kind => takes(kind.Kind)).Select(kind => $"{manifest.Items.Count(item => item.Kind == kind.Kind)} {kind.Plural} at version {kind.ResourceVersion}"));
        var left = manifest.Omitted.Count(omitted => takes(omitted.Kind));
        var evidence = $"{counts} written, read again and compared{(left > 0 ? $"; {left} left out, the manifest says why" : "")}{more}";
        var changed = manifest.Changed.Where(change => takes(change.Kind)).ToList();
        if (changed.Count == 0) return Passed(id, title, evidence);
        var named = string.Join(", ", changed.Take(ChangesNamed).Select(change => $"{change.Kind}/{change.Name} was {change.What}"));
        return Passed(id, title, $"{evidence}; meanwhile {named}{(changed.Count > ChangesNamed ? $" and {changed.Count - ChangesNamed} more, in the manifest" : "")}") with
        {
            Status = CheckStatus.Warning,
            Remedy = "Back up again when nobody changes the namespace, to have a picture of one moment.",
        };
    }

    private Check Passed(string id, string title, string evidence) =>
        new(id, "Backup", title, CheckStatus.Passed) { Evidence = evidence, Started = started, Duration = plan.Clock.GetUtcNow() - started };
}
