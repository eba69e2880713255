using System.Management.Automation;

namespace RsolvDeploy.Completion;

/// <summary>The current folder of the session that requests a completion; a completer has no access to its cmdlet.</summary>
internal static class CurrentLocation
{
    public static string OfThisRunspace()
    {
        // The session state proxy of the runspace rejects calls while a pipeline runs, as it always does during a completion.
        using var powershell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        powershell.AddScript("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath");
        return powershell.Invoke<string>().FirstOrDefault() ?? Environment.CurrentDirectory;
    }
}
