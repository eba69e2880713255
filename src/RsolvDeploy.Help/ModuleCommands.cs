using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace RsolvDeploy.Help;

/// <summary>The cmdlets of the built module, as PowerShell loads them.</summary>
internal static class ModuleCommands
{
    public static IReadOnlyList<CmdletInfo> From(string manifest)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var powershell = PowerShell.Create(runspace);
        powershell
            .AddScript("$ErrorActionPreference = 'Stop'; (Import-Module -Name $args[0] -PassThru).ExportedCmdlets.Values")
            .AddArgument(manifest);
        return [.. powershell.Invoke<CmdletInfo>().OrderBy(command => command.Name, StringComparer.Ordinal)];
    }
}
