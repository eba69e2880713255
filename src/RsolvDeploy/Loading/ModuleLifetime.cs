using System.Management.Automation;
using RsolvDeploy.Pipeline;

namespace RsolvDeploy.Loading;

/// <summary>Prepares the load context when the module is imported, and ends the session's state when it is removed.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Called by PowerShell when it imports this assembly.</summary>
    public void OnImport()
    {
        LoadContext.Attach();
        _ = FirstConnection.Begin();
    }

    /// <summary>Called by PowerShell before it removes the module.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => ModuleSession.End(psModuleInfo);
}
