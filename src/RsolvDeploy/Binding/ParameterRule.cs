using System.Management.Automation;
using System.Reflection;
using RsolvDeploy.Errors;

namespace RsolvDeploy.Binding;

/// <summary>Holds <see cref="EffectiveWithAttribute"/> and <see cref="ExcludesAttribute"/> of the parameters of a command.</summary>
internal static class ParameterRule
{
    /// <summary>The first rule that the bound parameters break; null when none.</summary>
    public static DeployException? FindProblem(PSCmdlet command)
    {
        var bound = command.MyInvocation.BoundParameters;
        foreach (var name in bound.Keys)
        {
            if (command.GetType().GetProperty(name) is not { } property) continue;
            if (property.GetCustomAttribute<EffectiveWithAttribute>() is { } needed && !bound.ContainsKey(needed.Parameter))
            {
                return Problem(
                    $"-{name} has an effect only together with -{needed.Parameter}.", $"Add -{needed.Parameter}, or leave -{name} out.");
            }

            if (property.GetCustomAttribute<ExcludesAttribute>() is { } other && bound.ContainsKey(other.Parameter))
                return Problem($"-{name} and -{other.Parameter} exclude each other.", "Specify one of them.");
        }

        return null;
    }

    private static DeployException Problem(string message, string remedy) =>
        new("ParameterConflict", FaultCategory.InvalidArgument, message, remedy);
}
