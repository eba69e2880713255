using System.Management.Automation.Runspaces;

namespace RsolvDeploy.Completion;

/// <summary>The current folder of the session that asks for a completion; a completer has no session of its own to ask.</summary>
internal static class CurrentLocation
{
    public static string OfThisRunspace() =>
        Runspace.DefaultRunspace?.SessionStateProxy.Path.CurrentFileSystemLocation.ProviderPath ?? Environment.CurrentDirectory;
}
