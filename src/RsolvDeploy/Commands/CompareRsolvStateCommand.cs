using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Completion;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Compares a backup with the live objects, or with another backup, field by field.</summary>
/// <remarks>
/// Each object that differs is output with its fields; the property Diff shows them as lines. The values of Secrets are never shown: a
/// changed value is shown by its length. A backup that was altered after it was written is rejected.
/// </remarks>
/// <example>
/// <code>Get-RsolvBackup production | Select-Object -First 1 | Compare-RsolvState production</code>
/// <para>Shows what changed since the last backup.</para>
/// </example>
/// <example>
/// <code>(Compare-RsolvState production -BackupPath ./old -ReferencePath ./new).Diff</code>
/// <para>Shows the differences between two backups as a diff.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "RsolvState")]
[OutputType(typeof(StateDifference))]
public sealed class CompareRsolvStateCommand : TargetCmdlet
{
    /// <summary>Specifies the deployment to compare: a target name, a target, or the result of a previous step.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [Alias("TargetName")]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference Target { get; set; } = null!;

    /// <summary>Specifies the folder of the backup. Binds from the property <c>Path</c> of a backup.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path")]
    public string BackupPath { get; set; } = "";

    /// <summary>Specifies another backup to compare with, instead of the live objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReferencePath { get; set; }

    /// <summary>Specifies the objects to include, as wildcards on Kind/name, for example ConfigMap/*. The default is all
    /// objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Include { get; set; } = [];

    /// <summary>Specifies the objects to exclude, as wildcards on Kind/name, for example Secret/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Exclude { get; set; } = [];

    /// <summary>Indicates that objects without differences are output too.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <summary>Specifies a private key in PEM format that opens the backup. The default is your own backup key.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>Specifies the passphrase that the backup was encrypted with.</summary>
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
