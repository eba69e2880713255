# A team's own checks beside those of the module. Values are numbers, so that they can be compared:
#   Invoke-Pester -Container (New-PesterContainer -Path examples/team.Tests.ps1 -Data @{ Target = 'production' })
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
param(
    [Parameter(Mandatory)]
    [string] $Target,

    [string] $ConfigurationPath
)

BeforeAll {
    $named = @{ Name = $Target }
    if ($ConfigurationPath) { $named.ConfigurationPath = $ConfigurationPath }
    $checks = @{}
    Get-RsolvTarget @named | Test-RsolvHealth -Samples 20 -ErrorAction SilentlyContinue |
        Select-Object -ExpandProperty Checks | ForEach-Object { $checks[$_.Id] = $_ }
}

Describe 'What our team promises' {
    It 'responds in 500 ms, where the checklist allows 2 s' {
        $checks['health.response-time'].Unit | Should -Be 'ms'
        $checks['health.response-time'].Actual | Should -BeLessThan 500
    }

    It 'answers no request with a server error' {
        $checks['health.no-5xx'].Actual | Should -Be 0
    }
}
