# Results travel: through jobs, files and JSON they bind, show and gate as live ones.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
param()

BeforeDiscovery {
    Import-Module (Join-Path (Split-Path -Parent (Split-Path -Parent $PSScriptRoot)) 'RsolvDeploy.psd1')
    $commands = (Get-Command -Module RsolvDeploy -CommandType Cmdlet).Name
}

BeforeAll {
    $root = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
    $script:module = Join-Path $root 'RsolvDeploy.psd1'
    Import-Module $module -Force
    # Runs of other tests, of which there are many, are not read.
    $script:data = $env:XDG_DATA_HOME
    $env:XDG_DATA_HOME = "$TestDrive/data"
    $script:sandbox = Start-RsolvSandbox
    $script:configuration = $sandbox.ConfigurationPath
    # No Secret has this key.
    $script:broken = Join-Path (Split-Path $configuration) 'broken.yaml'
    (Get-Content $configuration -Raw) -replace '(?m)^  kubeconfig: ', "  secrets: { rsolv-secrets: { NO_SUCH_KEY: non-empty } }`n  kubeconfig: " | Set-Content $broken

    # The results that travel, made in one job and once more here while it works.
    $commands = {
        param($configuration, $broken)
        Test-RsolvEnvironment production -ConfigurationPath $broken -ErrorAction SilentlyContinue
        Test-RsolvEnvironment production -Image production-20260101-000000 -ConfigurationPath $configuration
        Watch-RsolvRollout production -Timeout 0:01:00 -ConfigurationPath $configuration
        Test-RsolvMetrics production -ConfigurationPath $configuration
    }
    $job = Start-Job { Import-Module $using:module; & ([scriptblock]::Create($using:commands)) $using:configuration $using:broken }
    $live = & $commands $configuration $broken
    $live | Export-Clixml "$TestDrive/all.xml"
    $travelled = @{
        'a job'         = $job | Receive-Job -Wait -AutoRemoveJob -ErrorAction SilentlyContinue
        'CLIXML'        = Import-Clixml "$TestDrive/all.xml"
        'JSON'          = $live | ForEach-Object { $_ | ConvertTo-Json -Depth 8 | ConvertFrom-Json }
        'Select-Object' = $live | Select-Object *
    }
}

AfterAll {
    $env:XDG_DATA_HOME = $data
    Stop-RsolvSandbox
}

Describe 'A result from <_>' -ForEach 'a job', 'CLIXML', 'JSON', 'Select-Object' {
    BeforeAll {
        $notReady, $ready, $watched, $verified = $travelled[$_]
    }

    It 'gates the next step' {
        $notReady.Verdict | Should -Be 'NotReady'
        $rollout = $notReady | Update-RsolvDeployment -Image production-20260101-000000 -Confirm:$false
        $rollout.Status | Should -Be 'Skipped'
        $rollout.RunId | Should -Be $notReady.RunId
        $rollout.Checks[0].Evidence | Should -Be 'the verification of the environment failed: secrets.NO_SUCH_KEY'
    }

    It 'binds, and passes its baseline on' {
        $ready.Status | Should -Be 'Succeeded'
        $rollout = $ready | Update-RsolvDeployment -Confirm:$false
        $rollout.Status | Should -Be 'Succeeded'
        $rollout.Image | Should -Be $ready.Reference
        $rollout.Baseline.Restarts | Should -Be $ready.Baseline.Restarts
        $rollout.Baseline.ResponseTimes.Count | Should -BeGreaterThan 0
        (Test-RsolvMetrics $ready -Baseline $ready.Baseline).Verdict | Should -Be 'Passed'
    }

    It 'carries pods, times and a rollback' {
        $verification = $watched | Test-RsolvMetrics
        $verification.Verdict | Should -Be 'Passed'
        $verification.Image | Should -Be $watched.Image
    }

    It 'is reported by itself, where no ledger holds its run' {
        $data = $env:XDG_DATA_HOME
        $env:XDG_DATA_HOME = "$TestDrive/another machine"
        try { $file = $ready, $verified, $notReady | Export-RsolvReport -Format Json -Path (Join-Path $TestDrive "reports of $_") }
        finally { $env:XDG_DATA_HOME = $data }
        $file | Should -HaveCount 3
        $file[1].Verdict | Should -Be 'Succeeded'
        $report = Get-Content $file[1].Path -Raw | ConvertFrom-Json
        $report.phases.kind | Should -Be 'Verification'
        $report.phases.checks.Count | Should -Be $verified.Checks.Count
    }

    It 'has no configuration inside' {
        $verified.Target.Name | Should -Be 'production'
        $verified | ConvertTo-Json -Depth 8 | Should -Not -Match 'Prometheus"|Kubeconfig|Repository"'
    }
}

Describe 'A deserialized result' {
    It 'is shown as the live one' {
        $live = Test-RsolvMetrics production -ConfigurationPath $configuration
        $live | Export-Clixml "$TestDrive/shown.xml"
        $copy = Import-Clixml "$TestDrive/shown.xml"
        $copy | Out-String -Width 80 | Should -Be ($live | Out-String -Width 80)
        $copy.Checks | Out-String -Width 80 | Should -Be ($live.Checks | Out-String -Width 80)
    }

    It 'is shown as the live one: <_>' -ForEach @(
        'Get-RsolvTarget -ConfigurationPath $args[0]', 'Get-RsolvDeployment production -ConfigurationPath $args[0]', 'Get-RsolvHistory production -ConfigurationPath $args[0]'
        'Backup-RsolvState production -ConfigurationPath $args[0]', 'Get-RsolvBackup production -ConfigurationPath $args[0]', 'Get-RsolvRun -TargetName production'
        'Test-RsolvEnvironment production -ConfigurationPath $args[0]', 'Watch-RsolvRollout production -ConfigurationPath $args[0]', '(Watch-RsolvRollout production -ConfigurationPath $args[0]).Pods'
    ) {
        $live = & ([scriptblock]::Create($_)) $configuration
        $live | Should -Not -BeNullOrEmpty
        $live | Export-Clixml "$TestDrive/shown.xml"
        Import-Clixml "$TestDrive/shown.xml" | Out-String -Width 80 | Should -Be ($live | Out-String -Width 80)
    }

    It 'is refused when a part of it is missing' {
        $readiness = Test-RsolvEnvironment production -ConfigurationPath $configuration
        { $readiness | Select-Object Target, RunId, Checks | Update-RsolvDeployment -Image production-20260101-000000 -Confirm:$false -ErrorAction Stop } |
            Should -Throw '*has no property Status*' -ErrorId 'ResultUnreadable,*'
        { $readiness | ConvertTo-Json -Depth 1 -WarningAction Ignore | ConvertFrom-Json | Test-RsolvMetrics -ErrorAction Stop } | Should -Throw -ErrorId 'ResultUnreadable,*'
        $newer = $readiness | ConvertTo-Json -Depth 8 | ConvertFrom-Json
        $newer.SchemaId = 'rsolv.dev/v2/Readiness'
        { Test-RsolvMetrics -Target $newer -ErrorAction Stop } | Should -Throw '*does not read the shape rsolv.dev/v2/Readiness*'
    }

    It 'is refused when nothing names its type, and never taken for a plain target' {
        $notReady = $travelled['JSON'][0] | Select-Object * -ExcludeProperty SchemaId
        { $notReady | Update-RsolvDeployment -Image production-20260101-000000 -Confirm:$false -ErrorAction Stop } | Should -Throw '*no property SchemaId*' -ErrorId 'ResultUnreadable,*'
        { $travelled['JSON'][0] | ConvertTo-Json -Depth 8 | Update-RsolvDeployment -Image production-20260101-000000 -Confirm:$false -ErrorAction Stop } |
            Should -Throw '*JSON text*ConvertFrom-Json*' -ErrorId 'ResultUnreadable,*'
    }

    It 'gates as a hashtable too: ConvertFrom-Json -AsHashtable' {
        $rollout = $travelled['JSON'][0] | ConvertTo-Json -Depth 8 | ConvertFrom-Json -AsHashtable | Update-RsolvDeployment -Image production-20260101-000000 -Confirm:$false
        $rollout.Status | Should -Be 'Skipped'
        (@{ Target = 'production' } | Get-RsolvDeployment -ConfigurationPath $configuration).State | Should -Be 'Ready'
    }

    It 'names the configuration when it is not on this machine' {
        $readiness = Test-RsolvMetrics production -ConfigurationPath $configuration | ConvertTo-Json -Depth 8 | ConvertFrom-Json
        $readiness.Target.ConfigurationPath = '/nowhere/rsolv.yaml'
        { $readiness | Get-RsolvHistory -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigurationNotFound,*'
        $readiness | Get-RsolvHistory -ConfigurationPath $configuration | Should -Not -BeNullOrEmpty
    }
}

Describe 'JSON of a result' {
    It 'fits the published schema: <_>' -ForEach @(
        'Test-RsolvEnvironment production -ConfigurationPath $args[0]', 'Test-RsolvMetrics production -ConfigurationPath $args[0]', 'Watch-RsolvRollout production -ConfigurationPath $args[0]'
        'Backup-RsolvState production -ConfigurationPath $args[0]', 'Publish-RsolvImage production -Phase json -ConfigurationPath $args[0]', 'Start-RsolvDeployment production -ConfigurationPath $args[0]'
        'Invoke-RsolvMigration production -StatusOnly -ConfigurationPath $args[0]'
    ) {
        $json = & ([scriptblock]::Create($_)) $configuration | ConvertTo-Json -Depth 8
        $json | Test-Json -SchemaFile (Join-Path $root 'docs/rsolv.results.schema.json') | Should -BeTrue
    }

    It 'has the names of enumerations' {
        (Test-RsolvMetrics production -ConfigurationPath $configuration | ConvertTo-Json -Depth 8 | ConvertFrom-Json).Verdict | Should -BeExactly 'Passed'
        (Get-RsolvDeployment production -ConfigurationPath $configuration | ConvertTo-Json | ConvertFrom-Json).State | Should -BeExactly 'Ready'
    }
}

Describe 'The types of the module' {
    It 'are known by name' {
        [RsolvDeploy.Rollout].Name | Should -Be 'Rollout'
        [RsolvDeploy.StepStatus]::Failed | Should -Be 'Failed'
    }

    It 'let <_> be proxied' -ForEach $commands {
        $proxy = [System.Management.Automation.ProxyCommand]::Create([System.Management.Automation.CommandMetadata]::new((Get-Command $_)))
        Set-Item function:Invoke-Proxy $proxy
        (Get-Command Invoke-Proxy).Parameters.Keys | Sort-Object | Should -Be ((Get-Command $_).Parameters.Keys | Sort-Object)
    }

    It 'let <_> be mocked' -ForEach $commands {
        Mock $_ { 'mocked' }
        $values = @{}
        foreach ($parameter in (Get-Command $_ -CommandType Cmdlet).ParameterSets[0].Parameters | Where-Object IsMandatory) {
            $values[$parameter.Name] = if ($parameter.ParameterType -eq [timespan]) { [timespan]'0:01:00' } elseif ($parameter.ParameterType.IsEnum) { 'After' } else { 'production' }
        }
        & $_ @values | Should -Be 'mocked'
    }

    It 'let a script be tested with mocks' {
        Mock Test-RsolvMetrics { [pscustomobject]@{ Verdict = 'Failed' } }
        Mock Update-RsolvDeployment { }
        (Test-RsolvMetrics production).Verdict | Should -Be 'Failed'
        Update-RsolvDeployment production -Image x:1 -Timeout 0:01:00
        Should -Invoke Update-RsolvDeployment -Times 1 -ParameterFilter { $Target.Name -eq 'production' }
    }
}
