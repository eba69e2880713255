using RsolvDeploy.Backups.Manifests;
using RsolvDeploy.Checks;

namespace RsolvDeploy.Backups.Writing;

/// <summary>The result of a finished backup: its checks, and where each object is.</summary>
/// <param name="plan">What was planned.</param>
/// <param name="manifest">What was written.</param>
/// <param name="hash">SHA-256 of the manifest, lower-case hex.</param>
/// <param name="timer">When it began.</param>
internal sealed class BackupOutcome(BackupPlan plan, BackupManifest manifest, string hash, CheckTimer timer)
{
    private const int ChangesNamed = 20;

    /// <summary>The result.</summary>
    public StateBackup ToResult(Check restorable) => new(plan.Target, plan.RunId,
    restorable.FailsStep ? StepStatus.Failed : StepStatus.Succeeded,
    [
        CheckTable.BackupDeployment.ToCheck(Written(kind => kind == "Deployment", ""), timer),
        CheckTable.BackupConfigMaps.ToCheck(Written(kind => kind is not "Deployment" and not "Secret", ""), timer),
        CheckTable.BackupSecrets.ToCheck(Written(kind => kind == "Secret", $"; {plan.Encryption.Describe()}"), timer),
        CheckTable.BackupTimestamped.ToCheck(CheckOutcome.Met(Path.GetFileName(plan.Folder)), timer),
        CheckTable.BackupLocation.ToCheck(
            CheckOutcome.Met($"{plan.Folder}; manifest sha256:{hash}, signed by {manifest.Signature.Fingerprint}"), timer),
        restorable,
    ])
    {
        Path = plan.Folder,
        Created = plan.Created,
        Items = [.. manifest.Items.Select(item =>
            new BackupItem(item.Kind, item.Name, item.Namespace, item.File, item.Sha256, item.Size, item.Encrypted)
            {
                Offset = item.Offset,
            })],
        Changed = [.. manifest.Changed.Select(change => $"{change.Kind}/{change.Name} was {change.What}")],
        Image = manifest.Image,
        Revision = manifest.Revision,
        Encryption = plan.Encryption.Describe(),
    };

    // Expected is what is to be backed up, without what is omitted on purpose; a backup that did not write all of it never gets here.
    private CheckOutcome Written(Func<string, bool> takes, string more)
    {
        var counts = string.Join(", ", manifest.Kinds.Where(kind => takes(kind.Kind))
            .Select(kind => $"{manifest.Items.Count(item => item.Kind == kind.Kind)} {kind.Plural} at version {kind.ResourceVersion}"));
        var omitted = manifest.Omitted.Count(one => takes(one.Kind));
        var written = manifest.Items.Count(item => takes(item.Kind));
        var evidence =
            $"{counts} written, read again and compared{(omitted > 0 ? $"; {omitted} omitted, the manifest holds the reasons" : "")}{more}";
        var changed = manifest.Changed.Where(change => takes(change.Kind)).ToList();
        if (changed.Count == 0) return CheckOutcome.Met(evidence).Compared(written, written);
        var named = string.Join(", ", changed.Take(ChangesNamed).Select(change => $"{change.Kind}/{change.Name} was {change.What}"));
        return CheckOutcome.Warning(
            $"{evidence}; meanwhile "
                + $"{named}{(changed.Count > ChangesNamed ? $" and {changed.Count - ChangesNamed} more, in the manifest" : "")}",
            "Back up again when nobody changes the namespace, to have one consistent snapshot.").Compared(written, written);
    }
}
