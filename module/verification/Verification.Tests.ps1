# Verifies a running target with Pester. Every check is a test with its id, so that reports and filters name it:
#
#   $data = @{ Target = 'production' }
#   Invoke-Pester -Container (New-PesterContainer -Path module/verification -Data $data) -Output Detailed
#
# A failed required check fails its test; a warning or a skipped check is skipped with its reason. The checks are read once, before Pester
# lists the tests. -CI or a configuration with TestResult writes them as NUnit or JUnit XML.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
param(
    # The name of a target in the configuration.
    [Parameter(Mandatory)]
    [string] $Target,

    # The configuration file; without it, the one that the module finds.
    [string] $ConfigurationPath,

    # What to verify. The smoke test takes a minute longer, because it measures memory and CPU.
    [ValidateSet('Health', 'Metrics', 'Smoke')]
    [string[]] $Part = @('Health', 'Metrics')
)

BeforeDiscovery {
    if (-not (Get-Module RsolvDeploy)) { Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'RsolvDeploy.psd1')) }

    $named = @{ Name = $Target }
    if ($ConfigurationPath) { $named.ConfigurationPath = $ConfigurationPath }
    $environment = Get-RsolvTarget @named -ErrorAction Stop
    $verifications = @(
        # A check that failed is an error record too. Its test reports it.
        if ('Health' -in $Part) { $environment | Test-RsolvHealth -ErrorAction SilentlyContinue -ErrorVariable faults }
        if ('Metrics' -in $Part) { $environment | Test-RsolvMetrics -ErrorAction SilentlyContinue -ErrorVariable +faults }
        if ('Smoke' -in $Part) { $environment | Test-RsolvSmoke -ErrorAction SilentlyContinue -ErrorVariable +faults }
    )
    if ($verifications.Count -lt $Part.Count) { throw "The target could not be verified: $($faults -join '; ')" }

    $phases = foreach ($group in $verifications.Checks | Sort-Object Id -Unique | Group-Object Phase) {
        @{ Phase = $group.Name; Checks = @($group.Group) }
    }
}

Describe 'Verification of <_>' -ForEach $Target {
    Context '<Phase>' -ForEach $phases {
        It '<_.Id>: <_.Title>' -ForEach $Checks {
            $reason = "$($_.Evidence) $($_.Remedy)".Trim()
            if ($_.Status -notin 'Passed', 'Failed') { Set-ItResult -Skipped -Because "$($_.Status): $reason" }
            if ($_.Severity -eq 'Advisory' -and $_.Status -eq 'Failed') { Set-ItResult -Skipped -Because "advisory: $reason" }
            $_.Status | Should -Be 'Passed' -Because $reason
        }
    }
}
