<#
.SYNOPSIS
Writes first-commands.txt: which methods of the module and its libraries the first commands of a session call.
.DESCRIPTION
Run it in a new process on a built clone, now and then: dotnet pwsh -NoProfile -File src/RsolvDeploy.Package/Measure-FirstCommands.ps1
A method that the list lacks is compiled when it is called; one that no longer exists is passed over.
#>
$ErrorActionPreference = 'Stop'
Add-Type -Path "$PSScriptRoot/MethodListener.cs", "$PSScriptRoot/SourceMethod.cs"
$listener = [MethodListener]::new()
Import-Module "$PSScriptRoot/../../RsolvDeploy.psd1"
$sandbox = Start-RsolvSandbox
try {
    $target = Get-RsolvTarget production -ConfigurationPath $sandbox.ConfigurationPath
    $null = $target | Test-RsolvEnvironment
    # A first preview is refused, as there is no such image on the sandbox: that path is a first command too.
    $null = $target | Update-RsolvDeployment -Image production-latest -WhatIf -ErrorAction SilentlyContinue
    $null = $target | Backup-RsolvState -Confirm:$false
    $null = $target | Backup-RsolvState -SkipDryRun -Confirm:$false
}
finally {
    $listener.Dispose()
    $sandbox | Stop-RsolvSandbox
}
$lines = $listener.Methods().ForEach({ "$($_.Key): $($_.Value -join ' ')" })
[System.IO.File]::WriteAllLines("$PSScriptRoot/first-commands.txt", [string[]]$lines)
