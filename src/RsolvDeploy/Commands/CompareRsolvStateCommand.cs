using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Comparing;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Cluster;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Compares a backup with what is live, or with another backup, object by object and field by field.</summary>
/// <remarks>
/// What differs is put out, one object each, with its fields; the property Diff shows it as lines. Values of Secrets are never shown: that they
/// changed is, with their lengths. A backup that was changed after it was written is refused.
/// </remarks>
/// <example>
/// <code>Get-RsolvBackup production | Select-Object -First 1 | Compare-RsolvState production</code>
/// <para>Shows what changed since the last backup.</para>
/// </example>
/// <example>
/// <code>(Compare-RsolvState production -BackupPath ./old -ReferencePath ./new).Diff</code>
/// <para>Shows as a diff what changed between two backups.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "RsolvState")]
[OutputType(typeof(StateDifference))]
public sealed class CompareRsolvStateCommand : TargetCmdlet
{
    /// <summary>Whose state: a target's name, a target, or the result of an earlier step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [Alias("TargetName")]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference Target { get; set; } = null!;

    /// <summary>The folder of the backup. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string BackupPath { get; set; } = "";

    /// <summary>Another backup to compare with, instead of what is live.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReferencePath { get; set; }

    /// <summary>Only these objects: wildcards on Kind/name, for example ConfigMap/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Include { get; set; } = [];

    /// <summary>Not these objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Exclude { get; set; } = [];

    /// <summary>Puts out what does not differ too.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <summary>A private key in PEM that opens the backup; your own backup key when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The passphrase that the backup was encrypted for.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var target = ResolveTarget();
        var filter = new ObjectFilter(Include, Exclude);
        using var backup = Open(FullPath(BackupPath)!);
        await backup.VerifyAsync(cancellationToken);
        foreach (var difference in await CompareAsync(target, backup, filter, cancellationToken))
            if (IncludeEqual || difference.Change != ObjectChange.Equal) await EmitAsync(difference, cancellationToken);
    }

    private async Task<IReadOnlyList<StateDifference>> CompareAsync(Target target, BackupFolder backup, ObjectFilter filter, CancellationToken cancellationToken)
    {
        if (FullPath(ReferencePath) is { } path)
        {
            using var reference = Open(path);
            await reference.VerifyAsync(cancellationToken);
            return await StateComparer.CompareAsync(backup, reference, filter, cancellationToken);
        }

        using var cluster = ClusterClient.Connect(target, Reporter);
        var live = await LiveState.ReadAsync(cluster, target.Namespace, backup.Manifest, cancellationToken);
        return await StateComparer.CompareAsync(backup, live, filter, cancellationToken);
    }

    private BackupFolder Open(string path) => BackupFolder.Open(path, DecryptionKeyProviders.From(FullPath(KeyPath), Passphrase is null ? null : BackupPassphrase.From(Passphrase)));
}
