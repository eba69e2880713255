using RsolvDeploy.Configuration;

namespace RsolvDeploy.Binding;

/// <summary>Finds the target that a command was given.</summary>
internal static class TargetSource
{
    /// <summary>The target itself when it came down the pipeline, otherwise the one of that name in the configuration.</summary>
    /// <param name="reference">What the operator gave.</param>
    /// <param name="configurationPath">The configuration to read; null to look for it.</param>
    /// <param name="folder">Where to begin looking.</param>
    public static Target Resolve(TargetReference reference, string? configurationPath, string folder) =>
        reference.Target ?? ConfigurationFile.Load(ConfigurationFile.Find(configurationPath, folder)).GetTarget(reference.Name);
}
