using System.Collections;
using System.Management.Automation;
using RsolvDeploy.Configuration;
using RsolvDeploy.Errors;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Completion;

/// <summary>What a completer knows of the command line and of the session.</summary>
/// <param name="command">The name of the command.</param>
/// <param name="bound">The parameters that stand on the line, by name, as far as they are constants.</param>
internal sealed class CompletionScene(string command, IDictionary bound)
{
    /// <summary>The value of a parameter; null when the line does not have it.</summary>
    public object? this[string parameter] => bound[parameter];

    /// <summary>The state of the module in the session that completes; null when the command does not belong to a module.</summary>
    public ModuleSession? FindSession()
    {
        using var powershell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        var module = powershell.AddCommand("Get-Command").AddParameter("Name", command).Invoke<CommandInfo>().FirstOrDefault()?.Module;
        return module is null ? null : ModuleSession.For(module);
    }

    /// <summary>The targets of the configuration that the command would read; none when it cannot be read, which the command reports.
    /// </summary>
    public IReadOnlyList<Target> Targets()
    {
        try
        {
            var folder = CurrentLocation.OfThisRunspace();
            var path = bound["ConfigurationPath"]?.ToString() is { } named ? Path.GetFullPath(WithHome(named), folder) : null;
            return ConfigurationFile.Load(ConfigurationFile.Find(path, folder)).Match("*");
        }
        catch (Exception e) when (e is DeployException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // The command takes a path of PowerShell, which may begin in the home folder.
    private static string WithHome(string path) => path is "~" or ['~', '/' or '\\', ..]
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
        : path;

    /// <summary>The target that stands on the line; null for none.</summary>
    public Target? FindTarget()
    {
        var value = bound["Target"] ?? bound["TargetName"];
        if (value is object[] { Length: > 0 } several) value = several[0];
        return value switch
        {
            null => null,
            TargetReference { Target: { } target } => target,
            _ => Targets().FirstOrDefault(target => target.Name.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase)),
        };
    }
}
