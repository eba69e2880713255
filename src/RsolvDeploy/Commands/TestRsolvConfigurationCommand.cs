using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Verifies a configuration without a cluster: syntax, keys, values, inheritance and environment variables.</summary>
/// <remarks>
/// All errors are reported together, each with line, column and key. Nothing outside of the file and the environment variables is read; use
/// Test-RsolvEnvironment to verify a target.
/// </remarks>
/// <example>
/// <code>Test-RsolvConfiguration</code>
/// <para>Verifies the rsolv.yaml that is found upward from the current folder.</para>
/// </example>
/// <example>
/// <code>(Test-RsolvConfiguration ./deploy/rsolv.yaml).Problems | Format-Table Line, Key, Message</code>
/// <para>Lists the errors of a file.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem -Recurse -Filter rsolv.yaml | Test-RsolvConfiguration | Where-Object IsValid -EQ $false</code>
/// <para>Verifies every configuration of a repository, and outputs those with errors.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RsolvConfiguration", HelpUri = OnlineHelp.Address, DefaultParameterSetName = ByPath)]
[OutputType(typeof(ConfigurationReport))]
public sealed class TestRsolvConfigurationCommand : RsolvCmdlet
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    private static readonly PathMatch Configurations =
        new(File.Exists, (path, cause) => FilePath.NoMatch(path, "ConfigurationNotFound", cause));

    // The file is then searched upward.
    private static readonly IReadOnlyList<string?> NoFile = [null];

    private IReadOnlyList<string?> _files = [];

    /// <summary>Specifies the configuration files. Wildcards are permitted. By default the file is searched upward from the current
    /// folder.</summary>
    [Parameter(Position = 0, ParameterSetName = ByPath, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Alias("ConfigurationPath")]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the configuration files, exactly as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    private protected override void ResolvePaths() =>
        _files = Path.Length + LiteralPath.Length == 0 ? NoFile : Configurations.Resolve(this, Path, LiteralPath);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var file in _files)
        {
            try
            {
                await EmitAsync(ConfigurationTest.Run(ConfigurationFile.Find(file, CurrentFolder)), cancellationToken);
            }
            catch (DeployException e)
            {
                // A file that is not there is one error, and the others are verified.
                await EmitErrorAsync(e, file, cancellationToken);
            }
        }
    }
}
