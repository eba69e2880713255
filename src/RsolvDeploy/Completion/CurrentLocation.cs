using System.Management.Automation;

namespace RsolvDeploy.Completion;

/// <summary>The current folder of the session that asks for a completion; a completer has no session of its own to ask.</summary>
internal static class CurrentLocation
{
    public static string OfThisRunspace()
    {
        // The runspace's own proxy refuses while a pipeline runs, which is always so during a completion.
        using var powershell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        powershell.AddScript("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath");
        return powershell.Invoke<string>().FirstOrDefault() ?? Environment.CurrentDirectory;
    }
}
