using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Binding;

/// <summary>Resolves the target that the operator specified.</summary>
internal static class TargetSource
{
    /// <summary>
    /// The referenced target itself, or the target of that name in the configuration. A configuration that was specified wins over the one
    /// of the reference.
    /// </summary>
    /// <param name="reference">The reference.</param>
    /// <param name="configurationPath">The configuration file; null for the one of the reference, or else to search for it.</param>
    /// <param name="folder">The folder where the search starts.</param>
    /// <exception cref="DeployException">There is no such target, or the result that refers to it cannot be read.</exception>
    public static Target Resolve(TargetReference reference, string? configurationPath, string folder)
    {
        if (reference.Problem is { } problem)
        {
            throw new DeployException(
                "ResultUnreadable",
                FaultCategory.InvalidData,
                problem,
                "Pass the result as it was output: jobs, Export-Clixml and ConvertTo-Json -Depth 8 keep it whole.");
        }

        if (reference.Target is { } target && (configurationPath ?? target.ConfigurationPath) == target.ConfigurationPath) return target;
        var path = ConfigurationFile.Find(configurationPath ?? reference.ConfigurationPath, folder);
        return ConfigurationFile.Load(path).GetTarget(reference.Name);
    }
}
