using System.Management.Automation;

namespace RsolvDeploy.Loading;

/// <summary>Prepares the load context before a cmdlet runs.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <summary>Called by PowerShell when it imports this assembly.</summary>
    public void OnImport() => LoadContext.Attach();
}
