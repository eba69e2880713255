using RsolvDeploy.Configuration;

namespace RsolvDeploy.Binding;

/// <summary>Resolves the target that the operator specified.</summary>
internal static class TargetSource
{
    /// <summary>The referenced target itself, or the target of that name in the configuration.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="configurationPath">The configuration file; null to search for it.</param>
    /// <param name="folder">The folder where the search starts.</param>
    public static Target Resolve(TargetReference reference, string? configurationPath, string folder) =>
        reference.Target ?? ConfigurationFile.Load(ConfigurationFile.Find(configurationPath, folder)).GetTarget(reference.Name);
}
