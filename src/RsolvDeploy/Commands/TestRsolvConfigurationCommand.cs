using System.Management.Automation;
using RsolvDeploy.Configuration;
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
[Cmdlet(VerbsDiagnostic.Test, "RsolvConfiguration", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(ConfigurationReport))]
public sealed class TestRsolvConfigurationCommand : RsolvCmdlet
{
    /// <summary>Specifies the configuration file. By default it is searched upward from the current folder.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Path", "PSPath")]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken) =>
        EmitAsync(ConfigurationTest.Run(ConfigurationFile.Find(FullPath(ConfigurationPath), CurrentFolder)), cancellationToken);
}
