# Only cmdlets of the engine itself are used here, so that the module also imports where no other module is.
$assemblyPath = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'RsolvDeploy.dll')
if (-not [System.IO.File]::Exists($assemblyPath)) {
    throw [System.IO.FileNotFoundException]::new(
        "'$assemblyPath' is missing: the module has not been built. Run 'dotnet build' in '$([System.IO.Path]::GetDirectoryName($PSScriptRoot))' first.",
        $assemblyPath)
}

# The loader is the only assembly in the default context; the cmdlets and all they need live in a private one.
$loader = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath(
    [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'RsolvDeploy.Loader.dll'))
$assembly = $loader.GetType('RsolvDeploy.Loader.LoadContext', $true).GetMethod('LoadModule').Invoke($null, @($assemblyPath))
$inner = Import-Module -Assembly $assembly -Force -PassThru

# An assembly that this process has imported before exports nothing to a second importer (PowerShell issue 20710):
# its cmdlets are handed over by the same call that PowerShell itself makes the first time.
$addExportedCmdlet = [System.Management.Automation.PSModuleInfo].GetMethod(
    'AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($command in $inner.ExportedCmdlets.Values) {
    $null = $addExportedCmdlet.Invoke($ExecutionContext.SessionState.Module, @(, $command))
}

# What this session keeps (open ledgers, pipelines, sandboxes) belongs to the module as it is imported here.
$session = [System.Activator]::CreateInstance(
    $assembly.GetType('RsolvDeploy.Pipeline.ModuleSession', $true),
    @(, [System.Management.Automation.Runspaces.Runspace]::DefaultRunspace))
$ExecutionContext.SessionState.PSVariable.Set(
    [System.Management.Automation.PSVariable]::new('RsolvSession', $session, [System.Management.Automation.ScopedItemOptions]::Constant))
$ExecutionContext.SessionState.Module.OnRemove = { $RsolvSession.Dispose() }
