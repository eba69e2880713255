using System.Management.Automation;
using RsolvDeploy.Completion;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Gets environments from <c>rsolv.yaml</c>.</summary>
/// <remarks>The configuration is read anew each time; everything that is wrong in it is said at once, with file, line and key.</remarks>
/// <example>
/// <code>Get-RsolvTarget</code>
/// <para>Lists every environment of the configuration that is found upward from the current folder.</para>
/// </example>
/// <example>
/// <code>Get-RsolvTarget prod* -ConfigurationPath ./examples/rsolv.yaml</code>
/// <para>Gets the environments whose names begin with prod.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvTarget")]
[OutputType(typeof(Target))]
public sealed class GetRsolvTargetCommand : RsolvCmdlet
{
    /// <summary>Names of the targets; wildcards are allowed. All when none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TargetNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The configuration file; found upward from the current folder when not given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var configuration = ConfigurationFile.Load(ConfigurationFile.Find(FullPath(ConfigurationPath), CurrentFolder));
        foreach (var name in Name)
        {
            try
            {
                var found = WildcardPattern.ContainsWildcardCharacters(name) ? configuration.Match(name) : [configuration.GetTarget(name)];
                foreach (var target in found) await EmitAsync(target, cancellationToken);
            }
            catch (DeployException fault)
            {
                // One name that is not there does not hide the others.
                await EmitErrorAsync(fault, name, cancellationToken);
            }
        }
    }
}
