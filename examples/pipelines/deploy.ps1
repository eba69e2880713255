<#
.SYNOPSIS
Deploys by the whole checklist in a pipeline of a CI system; the exit code says how it ended.
.DESCRIPTION
0: the deployment succeeded. 1: it failed, and the release was not rolled back. 2: it failed, and the release was rolled back.
3: it was stopped before the release was changed, or a phase needs a person.
.PARAMETER Target
The name of the target in the configuration.
.PARAMETER Reason
Why: a ticket, a link to the job. The ledger and the history record it.
.PARAMETER Phase
The name of the release, which the tags of a new image contain.
.PARAMETER Image
An image in the registry, to deploy instead of a build.
.PARAMETER ConfigurationPath
The configuration file; without it, the one that the module finds.
.PARAMETER ReportPath
A folder for the report of the run, as HTML and JUnit; without it, none is written.
#>
param(
    [Parameter(Mandatory)]
    [string] $Target,

    [Parameter(Mandatory)]
    [string] $Reason,

    [string] $Phase,

    [string] $Image,

    [string] $ConfigurationPath,

    [string] $ReportPath
)

$ErrorActionPreference = 'Continue'
$deployment = @{ Target = $Target; Reason = $Reason; NonInteractive = $true; Confirm = $false }
foreach ($name in 'Phase', 'Image', 'ConfigurationPath') {
    if ($PSBoundParameters[$name]) { $deployment[$name] = $PSBoundParameters[$name] }
}

$summary = Invoke-RsolvDeployment @deployment
$summary
if ($ReportPath -and $summary) { $null = $summary | Export-RsolvReport -Format Html, JUnit -Path $ReportPath -Force }
exit $(switch ("$($summary.Outcome)") {
    'Succeeded' { 0 }
    'Failed' { 1 }
    'RolledBack' { 2 }
    default { 3 }
})
