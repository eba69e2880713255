# Uses only cmdlets of the engine, so that the module imports without any other module.
if (-not [System.IO.File]::Exists("$PSScriptRoot/bin/RsolvDeploy.dll")) {
    throw [System.IO.FileNotFoundException]::new(
        "'$PSScriptRoot/bin/RsolvDeploy.dll' does not exist, because the module has not been built. Run 'dotnet build' in '$([System.IO.Path]::GetDirectoryName($PSScriptRoot))' first.",
        "$PSScriptRoot/bin/RsolvDeploy.dll")
}

# The cmdlets are in the default load context; the core and its libraries are in a private one (decision 001).
Import-Module "$PSScriptRoot/bin/RsolvDeploy.dll"

# The first command that needs it puts the state of the session there: open ledgers, pipelines and sandboxes.
$ExecutionContext.SessionState.Module.OnRemove = { param($module) ${module}.PrivateData['RsolvDeploy.Session']?.Dispose() }
