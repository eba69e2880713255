<#
.SYNOPSIS
Writes what a package consists of into it: sbom.spdx.json (SPDX 2.3) and THIRD-PARTY-NOTICES.md.
.DESCRIPTION
Every assembly and native library that is not the project's own has to come from a package of the lock files; otherwise the script fails.
.PARAMETER Folder
The folder of the package, with module/bin in it.
.PARAMETER PackageRoot
The folder that NuGet restored the packages to.
#>
[CmdletBinding()]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute(
    'PSAvoidUsingBrokenHashAlgorithms', '', Justification = 'SPDX 2.3 requires the SHA-1 of each file; the SHA-256 stands beside it.')]
param(
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [string] $PackageRoot
)

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").Path
$Folder = (Resolve-Path -LiteralPath $Folder).Path
$manifest = Import-PowerShellDataFile -LiteralPath "$Folder/RsolvDeploy.psd1"

# The packages of one lock file, with the metadata that they bring themselves.
function Read-Lock([string] $Project, [string] $Packages) {
    $lock = Get-Content -Raw -LiteralPath "$root/src/$Project/packages.lock.json" | ConvertFrom-Json -AsHashtable
    foreach ($entry in $lock.dependencies.Values.ForEach({ $_.GetEnumerator() })) {
        if ($entry.Value.type -eq 'Project') { continue }
        $id = $entry.Key
        $path = "$Packages/$($id.ToLowerInvariant())/$($entry.Value.resolved)"
        # Packages that only the build needs may be absent; a file of theirs could not ship.
        if (-not (Test-Path -LiteralPath "$path/.nupkg.metadata")) { continue }
        $restored = (Get-Content -Raw -LiteralPath "$path/.nupkg.metadata" | ConvertFrom-Json).contentHash
        if ($restored -ne $entry.Value.contentHash) { throw "The package in '$path' is not the locked one. Delete it and restore again." }
        $metadata = ([xml](Get-Content -Raw -LiteralPath "$path/$($id.ToLowerInvariant()).nuspec")).package.metadata
        $archive = Get-Content -Raw -LiteralPath "$path/$($id.ToLowerInvariant()).$($entry.Value.resolved).nupkg.sha512"
        [pscustomobject]@{
            Id           = $metadata.id
            Version      = $entry.Value.resolved
            Path         = $path
            License      = if ($metadata.license.type -eq 'expression') { $metadata.license.InnerText } else { 'NOASSERTION' }
            Copyright    = if ($metadata.copyright) { $metadata.copyright } else { "Copyright (c) $($metadata.authors)" }
            Url          = $metadata.projectUrl ? $metadata.projectUrl : $metadata.repository.url
            Sha512       = [Convert]::ToHexString([Convert]::FromBase64String($archive.Trim())).ToLowerInvariant()
            Dependencies = @($entry.Value['dependencies']?.Keys)
            Libraries    = @((Get-ChildItem -LiteralPath $path -Recurse -File).Name -match '\.(dll|so|dylib)$' | Sort-Object -Unique)
            Files        = [System.Collections.Generic.List[string]]::new()
        }
    }
}

$locked = @{
    'module/bin/sandbox' = @(Read-Lock -Project RsolvDeploy.Sandbox -Packages $PackageRoot)
    'module/bin'         = @(Read-Lock -Project RsolvDeploy -Packages $PackageRoot)
}
$files = Get-ChildItem -LiteralPath $Folder -Recurse -File | Sort-Object FullName | ForEach-Object {
    $name = [System.IO.Path]::GetRelativePath($Folder, $_.FullName).Replace('\', '/')
    $owner = $null
    if ($_.Extension -in '.dll', '.so', '.dylib' -and $_.Name -notlike 'RsolvDeploy*') {
        $area = $name.StartsWith('module/bin/sandbox/') ? 'module/bin/sandbox' : 'module/bin'
        $owner = $locked[$area].Where({ $_.Libraries -contains ([System.IO.Path]::GetFileName($name)) }, 'First')[0]
        if (-not $owner) { throw "No locked package brings '$name'." }
        $owner.Files.Add($name)
    }
    [pscustomobject]@{
        Name = $name; Owner = $owner
        Sha1 = (Get-FileHash -LiteralPath $_.FullName -Algorithm SHA1).Hash.ToLowerInvariant()
        Sha256 = (Get-FileHash -LiteralPath $_.FullName -Algorithm SHA256).Hash.ToLowerInvariant()
    }
}
$packages = @($locked.Values.ForEach({ $_ }).Where({ $_.Files.Count -gt 0 }) | Sort-Object Id, Version)

function Get-SpdxId([string] $Text) { 'SPDXRef-' + ($Text -replace '[^A-Za-z0-9.-]', '-') }
function Get-PackageId($Package) { Get-SpdxId "Package-$($Package.Id)-$($Package.Version)" }

$relations = [System.Collections.Generic.List[object]]::new()
function Add-Relation([string] $From, [string] $Kind, [string] $To) {
    $relations.Add([ordered]@{ spdxElementId = $From; relationshipType = $Kind; relatedSpdxElement = $To })
}

Add-Relation -From SPDXRef-DOCUMENT -Kind DESCRIBES -To SPDXRef-RsolvDeploy
foreach ($package in $packages) {
    Add-Relation -From SPDXRef-RsolvDeploy -Kind DEPENDS_ON -To (Get-PackageId $package)
    foreach ($dependency in $packages.Where({ $package.Dependencies -contains $_.Id })) {
        Add-Relation -From (Get-PackageId $package) -Kind DEPENDS_ON -To (Get-PackageId $dependency)
    }
}
foreach ($file in $files) {
    $owner = $file.Owner ? (Get-PackageId $file.Owner) : 'SPDXRef-RsolvDeploy'
    Add-Relation -From $owner -Kind CONTAINS -To (Get-SpdxId "File-$($file.Name)")
}

# Two builds of one commit give one document: its time is that of the commit, its name comes from what is in it.
$time = git -C $root log -1 --format=%cd '--date=format-local:%Y-%m-%dT%H:%M:%SZ' 2>$null
if (-not $time) { $time = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ') }
$content = [System.Text.Encoding]::UTF8.GetBytes($files.Sha256 -join '')
$digest = [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($content)).ToLowerInvariant()
$sbom = [ordered]@{
    spdxVersion       = 'SPDX-2.3'
    dataLicense       = 'CC0-1.0'
    SPDXID            = 'SPDXRef-DOCUMENT'
    name              = "RsolvDeploy-$($manifest.ModuleVersion)"
    documentNamespace = "$($manifest.PrivateData.PSData.ProjectUri)/sbom/$($manifest.ModuleVersion)/$digest"
    creationInfo      = [ordered]@{ created = $time; creators = @('Organization: The RsolvDeploy authors', 'Tool: build.ps1') }
    packages          = @(
        [ordered]@{
            SPDXID = 'SPDXRef-RsolvDeploy'; name = 'RsolvDeploy'; versionInfo = $manifest.ModuleVersion
            supplier = 'Organization: The RsolvDeploy authors'; downloadLocation = $manifest.PrivateData.PSData.ProjectUri
            filesAnalyzed = $false; licenseConcluded = 'MIT'; licenseDeclared = 'MIT'; copyrightText = $manifest.Copyright
        }
        foreach ($package in $packages) {
            [ordered]@{
                SPDXID = Get-PackageId $package; name = $package.Id; versionInfo = $package.Version; supplier = 'NOASSERTION'
                downloadLocation = "https://www.nuget.org/packages/$($package.Id)/$($package.Version)"
                filesAnalyzed = $false; checksums = @(@{ algorithm = 'SHA512'; checksumValue = $package.Sha512 })
                licenseConcluded = $package.License; licenseDeclared = $package.License; copyrightText = $package.Copyright
                externalRefs = @([ordered]@{
                        referenceCategory = 'PACKAGE-MANAGER'; referenceType = 'purl'
                        referenceLocator = "pkg:nuget/$($package.Id)@$($package.Version)"
                    })
            }
        }
    )
    files             = @(foreach ($file in $files) {
            [ordered]@{
                SPDXID = Get-SpdxId "File-$($file.Name)"; fileName = "./$($file.Name)"
                checksums = @(
                    [ordered]@{ algorithm = 'SHA1'; checksumValue = $file.Sha1 }
                    [ordered]@{ algorithm = 'SHA256'; checksumValue = $file.Sha256 })
                licenseConcluded = $file.Owner ? $file.Owner.License : 'MIT'; licenseInfoInFiles = @('NOASSERTION')
                copyrightText = 'NOASSERTION'
            }
        })
    relationships     = @($relations)
}
$sbom | ConvertTo-Json -Depth 10 | Set-Content -LiteralPath "$Folder/sbom.spdx.json"

# A package that brings no text of its license gets the one of its expression; texts that several packages bring stand once.
$texts = [ordered]@{}
$notices = [System.Text.StringBuilder]::new("# Third-party notices`n`nRsolvDeploy $($manifest.ModuleVersion) contains these packages. ")
$null = $notices.Append("Native code was compiled ahead of time into some of their assemblies; otherwise they are unchanged.`n")
foreach ($package in $packages) {
    $brought = Get-ChildItem -LiteralPath $package.Path -File | Where-Object Name -Match '^(license|notice|third-?party)' | Sort-Object Name
    if ($package.License -eq 'NOASSERTION' -and -not $brought) { throw "The license of $($package.Id) is not known." }
    $paths = @($brought.FullName)
    if (-not ($brought.Name -match '^license')) { $paths += "$PSScriptRoot/licenses/$($package.License).txt" }
    $references = foreach ($path in $paths.Where({ $_ })) {
        $text = (Get-Content -Raw -LiteralPath $path).ReplaceLineEndings("`n").Trim("`n", [char]0xfeff)
        if (-not $texts.Contains($text)) { $texts[$text] = $texts.Count + 1 }
        "text $($texts[$text])"
    }
    $null = $notices.Append("`n## $($package.Id) $($package.Version)`n`n$($package.Copyright)`n`n")
    $null = $notices.Append("- License: $($package.License) ($($references -join ', '))`n- Project: $($package.Url)`n")
    $null = $notices.Append('- Files: `' + ($package.Files -join '`, `') + "```n")
}
foreach ($text in $texts.Keys) { $null = $notices.Append("`n## Text $($texts[$text])`n`n~~~text`n$text`n~~~`n") }
[System.IO.File]::WriteAllText("$Folder/THIRD-PARTY-NOTICES.md", $notices.ToString())
Write-Verbose "$($packages.Count) packages, $($files.Count) files."
