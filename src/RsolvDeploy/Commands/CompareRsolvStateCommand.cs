using System.Management.Automation;
using System.Security;
using RsolvDeploy.Backups;
using RsolvDeploy.Binding;
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
/// <code>
/// Get-ChildItem ~/.rsolv/backups | Select-Object -Last 1 | Compare-RsolvState | Where-Object Kind -eq ConfigMap |
///     Restore-RsolvState
/// </code>
/// <para>Restores the ConfigMaps that differ from a backup.</para>
/// </example>
/// <example>
/// <code>(Compare-RsolvState production -Path ./old -ReferencePath ./new).Diff</code>
/// <para>Shows the differences between two backups as a diff.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "RsolvState", HelpUri = OnlineHelp.Address, DefaultParameterSetName = PathSet)]
[OutputType(typeof(StateDifference))]
public sealed class CompareRsolvStateCommand : TargetCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private string? _referencePath;
    private string? _keyPath;

    /// <summary>Specifies the deployments to compare: target names, targets, or results of a previous step. The default is the target that
    /// the backup belongs to.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [Alias("TargetName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public override TargetReference[] Target { get; set; } = [];

    /// <summary>Specifies the folder of the backup. Wildcards are permitted. Binds from the property <c>Path</c> of a
    /// backup.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Alias("BackupPath")]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the folder of the backup; no character is a wildcard. Binds from the folders that Get-ChildItem
    /// outputs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath")]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Specifies another backup to compare with, instead of the live objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BackupCompleter))]
    public string? ReferencePath { get; set; }

    /// <summary>Specifies the objects to include, as wildcards on Kind/name, for example ConfigMap/*. The default is all
    /// objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackupObjectCompleter))]
    public string[] Include { get; set; } = [];

    /// <summary>Specifies the objects to exclude, as wildcards on Kind/name, for example Secret/*.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BackupObjectCompleter))]
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

    private protected override IReadOnlyList<string?> FindBackups() => BackupPath.Folders.Resolve(this, Path, LiteralPath);

    /// <inheritdoc/>
    private protected override void ResolvePaths()
    {
        base.ResolvePaths();
        _referencePath = FullPath(ReferencePath);
        _keyPath = FullPath(KeyPath);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var options = new ComparisonOptions
        {
            BackupPath = CurrentBackup!,
            ReferencePath = _referencePath,
            Include = Include,
            Exclude = Exclude,
            IncludeEqual = IncludeEqual,
            KeyPath = _keyPath,
            Passphrase = Passphrase,
        };
        var target = ResolveTarget();
        foreach (var difference in await BackupComparison.CompareAsync(target, options, () => Connect(target), cancellationToken))
            await EmitAsync(difference with { Target = target, BackupPath = CurrentBackup! }, cancellationToken);
    }
}
