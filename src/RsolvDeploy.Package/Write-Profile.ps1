<#
.SYNOPSIS
Writes the profile by which the package is compiled ahead of time: the methods of first-commands.txt, in the format of crossgen2 (.mibc).
.PARAMETER Folder
The folder with the built assemblies.
.PARAMETER Path
The profile to write.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [string] $Path
)

$ErrorActionPreference = 'Stop'
Add-Type -Path "$PSScriptRoot/MethodProfile.cs", "$PSScriptRoot/SourceMethod.cs"
$count = [MethodProfile]::Write($Folder, "$PSScriptRoot/first-commands.txt", $Path)
if ($count -eq 0) { throw 'None of the methods in first-commands.txt is in the assemblies.' }
Write-Verbose "$count methods."
