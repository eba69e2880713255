<#
.SYNOPSIS
Short names for the commands that build, test and rehearse RsolvDeploy.
.PARAMETER Task
Build, Test, Analyze, Rehearse or Package.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Analyze', 'Rehearse', 'Package')]
    [string] $Task = 'Build'
)

$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
switch ($Task) {
    'Build' { dotnet build RsolvDeploy.slnx }
    'Test' { dotnet build RsolvDeploy.slnx && dotnet test --solution RsolvDeploy.slnx --no-build }
    'Analyze' {
        dotnet format RsolvDeploy.slnx --verify-no-changes
        if ($LASTEXITCODE -eq 0) {
            if (-not (Get-Module PSScriptAnalyzer -ListAvailable)) {
                Write-Warning 'The module PSScriptAnalyzer is not installed: the scripts were not analyzed.'
                exit 0
            }

            $findings = @('RsolvDeploy.psd1', 'build.ps1', 'module', 'examples', 'tests/Pester').ForEach({ Invoke-ScriptAnalyzer -Path $_ -Recurse })
            $findings
            if ($findings) { exit 1 }
        }
    }
    'Rehearse' { dotnet run --project src/RsolvDeploy.Host -- -File examples/rehearsal.ps1 }
    'Package' { dotnet build src/RsolvDeploy -c Release -t:Package }
}

exit $LASTEXITCODE
