using System.Management.Automation;
using RsolvDeploy.Binding;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Gets targets from <c>rsolv.yaml</c>.</summary>
/// <remarks>
/// The configuration is read each time. All errors in it are reported together, each with file, line and key.
/// </remarks>
/// <example>
/// <code>Get-RsolvTarget</code>
/// <para>Lists all targets. The configuration is searched upward from the current folder.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTarget prod* -ConfigurationPath ./examples/rsolv.yaml</code>
/// <para>Gets the targets whose names begin with prod.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvTarget", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(Target))]
public sealed class GetRsolvTargetCommand : RsolvCmdlet
{
    private string? _configurationPath;

    /// <summary>Specifies the names of the targets. Wildcards are permitted. The default is all targets.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [NamesOnly]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Specifies the configuration file. By default it is searched upward from the current folder.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    private protected override void ResolvePaths() => _configurationPath = FullPath(ConfigurationPath);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var configuration = ConfigurationFile.Load(ConfigurationFile.Find(_configurationPath, CurrentFolder));
        foreach (var name in Name)
        {
            try
            {
                var found = Wildcard.IsPattern(name) ? configuration.Match(name) : [configuration.GetTarget(name)];
                foreach (var target in found) await EmitAsync(target, cancellationToken);
            }
            catch (DeployException fault)
            {
                // A name that does not exist does not hide the others.
                await EmitErrorAsync(fault, name, cancellationToken);
            }
        }
    }
}
