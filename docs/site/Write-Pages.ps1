<#
.SYNOPSIS
Writes the sources of the documentation site: the pages of the repository, the help of each cmdlet, the help topics, the table of contents.
.DESCRIPTION
Nothing is written twice: a page is a copy of the Markdown file, and the help is what Get-Help shows. A link to a file that is no page leads
to the repository.
.PARAMETER Path
The folder to write to; it is replaced.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Path)

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").Path
$manifest = Import-PowerShellDataFile -LiteralPath "$root/RsolvDeploy.psd1"
$repository = "$($manifest.PrivateData.PSData.ProjectUri)/blob/main"
if (Test-Path -LiteralPath $Path) { Remove-Item -LiteralPath $Path -Recurse }
$null = New-Item -ItemType Directory -Path "$Path/docs/decisions", "$Path/cmdlets", "$Path/topics"
$Path = (Resolve-Path -LiteralPath $Path).Path
Import-Module "$root/RsolvDeploy.psd1"

$pages = @(git -C $root ls-files '*.md').Where({ $_ -match '^([A-Z]+\.md|docs/.*\.md)$' -and (Test-Path -LiteralPath "$root/$_") })
foreach ($page in $pages) {
    $folder = Split-Path $page
    # A link to source code, a folder or a file that is no page of the site.
    $text = [regex]::Replace((Get-Content -Raw -LiteralPath "$root/$page"), '\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)', {
            param($match)
            $target = [System.IO.Path]::GetRelativePath($root, [System.IO.Path]::GetFullPath("$root/$folder/$($match.Groups[1].Value)")).Replace('\', '/')
            if ($target -in $pages -or $target -match '^(docs/images/.*|docs/[^/]*\.json|examples/.*\.\w+)$') { $match.Value }
            else { "]($repository/$target$($match.Groups[2].Value))" }
        })
    [System.IO.File]::WriteAllText("$Path/$page", $text)
}

Copy-Item -LiteralPath "$root/docs/images", "$root/examples" -Destination $Path -Recurse
Move-Item -LiteralPath "$Path/images" -Destination "$Path/docs/images"
Copy-Item "$root/docs/*.json" "$Path/docs"
Copy-Item "$PSScriptRoot/docfx.json" $Path
Move-Item -LiteralPath "$Path/README.md" -Destination "$Path/index.md"
Get-ChildItem -LiteralPath $Path -Recurse -Filter *.md | ForEach-Object {
    $text = [System.IO.File]::ReadAllText($_.FullName)
    if ($text -match '\bREADME\.md\)') { [System.IO.File]::WriteAllText($_.FullName, ($text -replace '\((\.\./)?README\.md\)', '($1index.md)')) }
}

# The text of help is plain text; it must not become Markdown or HTML.
function ConvertTo-Plain($Text) {
    (($Text | ForEach-Object { $_.Text ?? "$_" }) -join "`n`n").Trim() -replace '([\\`*_{}\[\]<>|#])', '\$1'
}

$commands = Get-Command -Module RsolvDeploy | Sort-Object Noun, Verb
foreach ($command in $commands) {
    $help = Get-Help $command.Name -Full
    $page = [System.Text.StringBuilder]::new("# $($command.Name)`n`n$(ConvertTo-Plain $help.Synopsis)`n`n``````powershell`n")
    $null = $page.Append((Get-Command $command.Name -Syntax).Trim()).Append("`n```````n`n$(ConvertTo-Plain $help.description)`n`n## Examples`n")
    foreach ($example in $help.examples.example) {
        $null = $page.Append("`n``````powershell`n$("$($example.introduction.Text)$($example.code)".Trim())`n```````n`n$(ConvertTo-Plain $example.remarks)`n")
    }

    $null = $page.Append("`n## Parameters`n`n| parameter | type | |`n|---|---|---|`n")
    foreach ($parameter in $help.parameters.parameter) {
        $type = $command.Parameters[$parameter.name].ParameterType.Name
        $null = $page.Append("| ``-$($parameter.name)`` | ``$type`` | $((ConvertTo-Plain $parameter.description) -replace '\s+', ' ') |`n")
    }

    $null = $page.Append("`n## Outputs`n`n$(ConvertTo-Plain ($help.returnValues.returnValue.type.name))`n")
    [System.IO.File]::WriteAllText("$Path/cmdlets/$($command.Name).md", $page.ToString())
}

$topics = Get-ChildItem -LiteralPath "$root/docs/en-US" -Filter 'about_*.help.txt' | Sort-Object Name
foreach ($topic in $topics) {
    $name = $topic.Name -replace '\.help\.txt$'
    [System.IO.File]::WriteAllText("$Path/topics/$name.md", "# $name`n`n``````text`n$([System.IO.File]::ReadAllText($topic.FullName).Trim())`n```````n")
}

function Get-Title([string] $Page) { (Select-String -LiteralPath "$Path/$Page" -Pattern '^# (.+)$' | Select-Object -First 1).Matches[0].Groups[1].Value -replace '`' }
function Write-Toc([string] $Folder, [string[]] $Of) {
    $lines = foreach ($page in $Of) {
        "- { name: '$((Get-Title $page) -replace "'", "''")', href: '$([System.IO.Path]::GetRelativePath("$Path/$Folder", "$Path/$page").Replace('\', '/'))' }"
    }
    Set-Content -LiteralPath "$Path/$Folder/toc.yml" -Value $lines
}

Write-Toc 'cmdlets' $commands.ForEach({ "cmdlets/$($_.Name).md" })
Write-Toc 'topics' $topics.ForEach({ "topics/$($_.Name -replace '\.help\.txt$').md" })
Write-Toc 'docs/decisions' $pages.Where({ $_ -match '^docs/decisions/\d' })
Write-Toc 'docs' ($pages.Where({ $_ -match '^docs/[^/]+\.md$' }) + $pages.Where({ $_ -cmatch '^(CHANGELOG|CONTRIBUTING|SECURITY)\.md$' }))
Set-Content -LiteralPath "$Path/toc.yml" -Value @(
    '- { name: Start, href: index.md }'
    '- { name: Cmdlets, href: cmdlets/ }'
    '- { name: Topics, href: topics/ }'
    '- { name: Reference, href: docs/ }'
    '- { name: Decisions, href: docs/decisions/ }'
)
