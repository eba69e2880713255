# Uses only cmdlets of the engine, so that the module imports without any other module.
$assemblyPath = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'RsolvDeploy.dll')
if (-not [System.IO.File]::Exists($assemblyPath)) {
    throw [System.IO.FileNotFoundException]::new(
        "'$assemblyPath' does not exist, because the module has not been built. Run 'dotnet build' in '$([System.IO.Path]::GetDirectoryName($PSScriptRoot))' first.",
        $assemblyPath)
}

# Only the loader is in the default context; the cmdlets and their dependencies are loaded into a private one.
$loader = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath(
    [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'RsolvDeploy.Loader.dll'))
$assembly = $loader.GetType('RsolvDeploy.Loader.LoadContext', $true).GetMethod('LoadModule').Invoke($null, @($assemblyPath))
$inner = Import-Module -Assembly $assembly -Force -PassThru

# An assembly that was imported before in this process exports nothing to a second module (PowerShell issue 20710):
# add its cmdlets by the same call that PowerShell makes the first time.
$addExportedCmdlet = [System.Management.Automation.PSModuleInfo].GetMethod(
    'AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($command in $inner.ExportedCmdlets.Values) {
    $null = $addExportedCmdlet.Invoke($ExecutionContext.SessionState.Module, @(, $command))
}

# The state of this session: open ledgers, pipelines and sandboxes.
$session = [System.Activator]::CreateInstance(
    $assembly.GetType('RsolvDeploy.Pipeline.ModuleSession', $true),
    @(, [System.Management.Automation.Runspaces.Runspace]::DefaultRunspace))
$ExecutionContext.SessionState.PSVariable.Set(
    [System.Management.Automation.PSVariable]::new('RsolvSession', $session, [System.Management.Automation.ScopedItemOptions]::Constant))
$ExecutionContext.SessionState.Module.OnRemove = { $RsolvSession.Dispose() }
