<#
.SYNOPSIS
Short names for the commands that build, test and rehearse RsolvDeploy.
.PARAMETER Task
Build, Test, Analyze, Rehearse, Package or Site. Package makes the folder artifacts/RsolvDeploy and a .nupkg of it beside it; Site makes
the documentation site artifacts/site of a built module.
.PARAMETER CertificatePath
A PFX file without a password, to sign the .nupkg with; without it, the package is not signed.
.PARAMETER Timestamper
The address of an RFC 3161 timestamping server; without a timestamp, a signature ends with its certificate.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Analyze', 'Rehearse', 'Package', 'Site')]
    [string] $Task = 'Build',

    [string] $CertificatePath,

    [uri] $Timestamper
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

            $findings = @(git ls-files -- '*.ps1' '*.psm1' '*.psd1').ForEach({ Invoke-ScriptAnalyzer -Path $_ })
            $findings
            if ($findings) { exit 1 }
        }
    }
    'Rehearse' { dotnet run --project src/RsolvDeploy.Host -- -File examples/rehearsal.ps1 }
    'Package' {
        dotnet build src/RsolvDeploy -c Release -t:Package
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }

        $ahead = "$PSScriptRoot/src/RsolvDeploy.Package/obj/ahead"
        if (Test-Path -LiteralPath $ahead) { Remove-Item -LiteralPath $ahead -Recurse }
        $null = New-Item -ItemType Directory -Path $ahead
        src/RsolvDeploy.Package/Write-Profile.ps1 -Folder src/RsolvDeploy/bin/Release/net8.0 -Path "$ahead/first-commands.mibc"
        dotnet publish src/RsolvDeploy.Package -c Release -o "$ahead/bin" "-p:MethodProfile=$ahead/first-commands.mibc"
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }

        Copy-Item "$ahead/bin/*.dll" artifacts/RsolvDeploy/module/bin -Exclude RsolvDeploy.Package.dll, System.Management.Automation.dll
        $packages = dotnet msbuild src/RsolvDeploy -getProperty:NuGetPackageRoot
        src/RsolvDeploy.Package/Write-Inventory.ps1 -Folder artifacts/RsolvDeploy -PackageRoot $packages
        Remove-Item artifacts/RsolvDeploy.*.nupkg
        Compress-PSResource -Path artifacts/RsolvDeploy -DestinationPath artifacts
        $package = (Get-Item artifacts/RsolvDeploy.*.nupkg).FullName
        src/RsolvDeploy.Package/Compress-Package.ps1 -Path $package
        if ($CertificatePath) {
            $timestamp = @(if ($Timestamper) { '--timestamper', $Timestamper })
            dotnet nuget sign $package --certificate-path $CertificatePath @timestamp
            if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
        }
        $package
    }
    'Site' {
        # Only this task needs docfx, so it is no tool of the manifest, which every build restores.
        if (-not (Test-Path artifacts/docfx)) { dotnet tool install docfx --version 2.81.0 --tool-path artifacts/docfx }
        docs/site/Write-Pages.ps1 -Path artifacts/pages
        if (Test-Path artifacts/site) { Remove-Item artifacts/site -Recurse }
        artifacts/docfx/docfx build artifacts/pages/docfx.json --warningsAsErrors
    }
}

exit $LASTEXITCODE
