using System.Management.Automation;
using System.Text.Json;
using RsolvDeploy.Configuration;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Commands;

/// <summary>Gets the JSON Schema of rsolv.yaml, by which editors complete keys and show errors.</summary>
/// <remarks>
/// The schema belongs to the version of the module. The first line of rsolv.yaml names it for the YAML language server:
/// # yaml-language-server: $schema=rsolv.schema.json
/// </remarks>
/// <example>
/// <code>Get-RsolvConfigurationSchema | Set-Content rsolv.schema.json</code>
/// <para>Saves the schema beside the configuration.</para>
/// </example>
/// <example>
/// <code>(Get-RsolvConfigurationSchema | ConvertFrom-Json).properties.targets</code>
/// <para>Shows what a target may hold.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "RsolvConfigurationSchema", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(string))]
public sealed class GetRsolvConfigurationSchemaCommand : RsolvCmdlet
{
    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken) =>
        EmitAsync(ConfigurationSchema.ToJsonSchema().ToJsonString(new JsonSerializerOptions { WriteIndented = true }), cancellationToken);
}
