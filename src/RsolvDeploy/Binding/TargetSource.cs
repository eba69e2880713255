using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Binding;

/// <summary>Resolves the target that the operator specified.</summary>
internal static class TargetSource
{
    /// <summary>The references that a name with wildcards stands for; any other reference itself.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="configurationPath">The configuration file; null to search for it.</param>
    /// <param name="folder">The folder where the search starts.</param>
    /// <exception cref="DeployException">No target matches.</exception>
    public static IReadOnlyList<TargetReference> Expand(TargetReference reference, string? configurationPath, string folder)
    {
        if (reference.Target is not null || !Wildcard.IsPattern(reference.Name)) return [reference];
        var configuration = ConfigurationFile.Load(ConfigurationFile.Find(configurationPath ?? reference.ConfigurationPath, folder));
        var found = configuration.Match(reference.Name);
        return found.Count > 0 ? [.. found.Select(target => new TargetReference(target))] : throw new DeployException(
            "TargetNotFound",
            FaultCategory.ObjectNotFound,
            $"'{configuration.Path}' has no target that matches '{reference.Name}'.",
            $"Name one of: {string.Join(", ", configuration.TargetNames)}.")
        { Subject = reference.Name };
    }

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
        if (reference.Problem is { } problem) throw Unreadable(problem);
        if (reference.Target is { } target && (configurationPath ?? target.ConfigurationPath) == target.ConfigurationPath) return target;
        var path = ConfigurationFile.Find(configurationPath ?? reference.ConfigurationPath, folder);
        return ConfigurationFile.Load(path).GetTarget(reference.Name);
    }

    /// <summary>The error of a deserialized result that cannot be read whole.</summary>
    public static DeployException Unreadable(string problem) => new(
        "ResultUnreadable",
        FaultCategory.InvalidData,
        problem,
        "Pass the result as it was output: jobs, Export-Clixml and ConvertTo-Json -Depth 8 keep it whole.");
}
