using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Compares a backup with the live state, or with another backup, object by object and field by field.</summary>
/// <remarks>
/// Each object that differs is output with its fields; the property Diff shows it as lines. Values of Secrets are never shown, only that they changed
/// and their lengths. A backup that was changed after it was written is refused.
/// </remarks>
/// <example>
/// <code>Get-RsolvBackup production | Select-Object -First 1 | Compare-RsolvState production</code>
/// <para>Shows what changed since the last backup.</para>
/// </example>
/// <example>
/// <code>(Compare-RsolvState production -BackupPath ./old -ReferencePath ./new).Diff</code>
/// <para>Shows the changes between two backups as a diff.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "RsolvState")]
[OutputType(typeof(StateDifference))]
public sealed class CompareRsolvStateCommand : TargetCmdlet
{
    /// <summary>The target to compare with: its name, a target, or the result of an earlier step.</summary>
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

    /// <summary>Another backup to compare with, instead of the live state.</summary>
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

    /// <summary>Outputs equal objects too.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <summary>A private key in PEM that decrypts the backup; your own backup key when not specified.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The passphrase that the backup was created with.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Passphrase { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var options = new ComparisonOptions
        {
            BackupPath = FullPath(BackupPath)!,
            ReferencePath = FullPath(ReferencePath),
            Include = Include,
            Exclude = Exclude,
            IncludeEqual = IncludeEqual,
            KeyPath = FullPath(KeyPath),
            Passphrase = Passphrase,
        };
        foreach (var difference in await BackupComparison.CompareAsync(ResolveTarget(), options, Reporter, cancellationToken))
            await EmitAsync(difference, cancellationToken);
    }
}
