<#
.SYNOPSIS
Compresses the files of a .nupkg as small as .NET can: Compress-PSResource takes the level that saves time.
.PARAMETER Path
The package.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Path)

$ErrorActionPreference = 'Stop'
$small = "$Path.small"
$source = [System.IO.Compression.ZipFile]::OpenRead($Path)
try {
    $target = [System.IO.Compression.ZipFile]::Open($small, 'Create')
    try {
        foreach ($entry in $source.Entries) {
            $copy = $target.CreateEntry($entry.FullName, 'SmallestSize')
            $copy.LastWriteTime = $entry.LastWriteTime
            $content = $entry.Open()
            $compressed = $copy.Open()
            $content.CopyTo($compressed)
            $compressed.Dispose()
            $content.Dispose()
        }
    }
    finally { $target.Dispose() }
}
finally { $source.Dispose() }
Move-Item -LiteralPath $small -Destination $Path -Force
