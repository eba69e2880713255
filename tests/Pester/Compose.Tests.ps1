# Everything that should compose does: what one command outputs, the next one binds.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
param()

BeforeDiscovery {
    # What each command outputs, and the commands that take it as the deployment to act on.
    $actors = 'Test-RsolvEnvironment', 'Backup-RsolvState', 'Get-RsolvBackup', 'Publish-RsolvImage', 'Update-RsolvDeployment', 'Invoke-RsolvMigration', 'Test-RsolvMetrics',
        'Watch-RsolvDeployment', 'Undo-RsolvDeployment', 'Get-RsolvDeployment', 'Watch-RsolvRollout', 'Get-RsolvHistory', 'Start-RsolvDeployment', 'Remove-RsolvBackup', 'Compare-RsolvState', 'Restore-RsolvState'
    $fixed = @{ 'Watch-RsolvDeployment' = @{ For = [timespan]::FromHours(1) }; 'Compare-RsolvState' = @{ LiteralPath = '/x' }; 'Restore-RsolvState' = @{ LiteralPath = '/x' } }
    $producers = 'Get-RsolvTarget', 'Test-RsolvEnvironment', 'Backup-RsolvState', 'Get-RsolvBackup', 'Publish-RsolvImage', 'Update-RsolvDeployment', 'Invoke-RsolvMigration', 'Test-RsolvMetrics',
        'Undo-RsolvDeployment', 'Get-RsolvDeployment', 'Watch-RsolvRollout', 'Get-RsolvHistory', 'Start-RsolvDeployment', 'Get-RsolvRun', 'Compare-RsolvState', 'Send-RsolvTestData', 'Start-RsolvSandbox'
    $pairs = foreach ($producer in $producers) {
        foreach ($consumer in $actors) {
            # A sandbox is no deployment; what has a path or an own target set binds below.
            if ($producer -eq 'Start-RsolvSandbox') { continue }
            @{ Producer = $producer; Consumer = $consumer; Arguments = $fixed[$consumer] ?? @{} }
        }
    }
}

BeforeAll {
    $root = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
    Import-Module (Join-Path $root 'RsolvDeploy.psd1') -Force
    $script:sandbox = Start-RsolvSandbox
    $script:configuration = $sandbox.ConfigurationPath
    $here = @{ ConfigurationPath = $configuration; ErrorAction = 'Stop' }
    $folder = Join-Path $sandbox.Folder 'composed'
    $script:samples = @{ 'Get-RsolvTarget' = Get-RsolvTarget production -ConfigurationPath $configuration }
    $samples['Backup-RsolvState'] = Backup-RsolvState production -Destination $folder @here
    $samples['Get-RsolvBackup'] = Get-RsolvBackup production -Destination $folder @here
    $samples['Publish-RsolvImage'] = Publish-RsolvImage production -Phase compose @here
    $samples['Update-RsolvDeployment'] = Update-RsolvDeployment production -Image $samples['Publish-RsolvImage'].Reference -Confirm:$false @here
    $samples['Compare-RsolvState'] = Compare-RsolvState production -Path $samples['Backup-RsolvState'].Path @here | Select-Object -First 1
    $samples['Test-RsolvEnvironment'] = Test-RsolvEnvironment production @here
    $samples['Invoke-RsolvMigration'] = Invoke-RsolvMigration production -StatusOnly @here
    $samples['Test-RsolvMetrics'] = Test-RsolvMetrics production @here
    $samples['Get-RsolvDeployment'] = Get-RsolvDeployment production @here
    $samples['Watch-RsolvRollout'] = Watch-RsolvRollout production -Timeout 1m @here
    $samples['Get-RsolvHistory'] = Get-RsolvHistory production @here | Select-Object -First 1
    $samples['Start-RsolvDeployment'] = Start-RsolvDeployment production @here
    $samples['Get-RsolvRun'] = Get-RsolvRun $samples['Start-RsolvDeployment'].RunId
    $samples['Send-RsolvTestData'] = Send-RsolvTestData production -WhatIf @here
    $samples['Undo-RsolvDeployment'] = Undo-RsolvDeployment production -Confirm:$false @here
    $samples['Start-RsolvSandbox'] = $sandbox

    # A function with the parameters of a command, which outputs what was bound.
    function New-Probe([string] $name) {
        $metadata = [System.Management.Automation.CommandMetadata]::new((Get-Command $name))
        $parameters = [System.Management.Automation.ProxyCommand]::GetParamBlock($metadata)
        $binding = [System.Management.Automation.ProxyCommand]::GetCmdletBindingAttribute($metadata) -replace ', HelpUri=.*?''.*?''|HelpUri=''.*?'',? ?', ''
        Set-Item function:script:Invoke-Probe ([scriptblock]::Create("$binding param($parameters) process { [pscustomobject]@{ Set = `$PSCmdlet.ParameterSetName; Bound = @{} + `$PSBoundParameters } }"))
    }
}

AfterAll {
    Stop-RsolvSandbox
}

Describe 'The pipeline from <Producer> to <Consumer>' -ForEach $pairs {
    It 'binds the deployment' {
        New-Probe $Consumer
        $samples[$Producer] | Should -Not -BeNullOrEmpty
        $bound = $samples[$Producer] | Invoke-Probe @Arguments -ErrorAction Stop
        $bound | Should -HaveCount 1
        $bound.Bound.Target.Name | Should -Be 'production'
        $bound.Bound.Target.ConfigurationPath ?? $bound.Bound.ConfigurationPath | Should -Be $configuration
    }
}

Describe 'The pipeline' {
    It 'rolls back to a backup: Get-RsolvBackup | Undo-RsolvDeployment' {
        Update-RsolvDeployment production -Image $samples['Publish-RsolvImage'].Reference -Confirm:$false @here
        $rollback = $samples['Get-RsolvBackup'] | Undo-RsolvDeployment -Confirm:$false
        $rollback.Image | Should -Be $samples['Get-RsolvBackup'].Image
        $rollback.Status | Should -Be 'Succeeded'
    }

    It 'rolls back to a release: Get-RsolvHistory | Undo-RsolvDeployment, also from a file' {
        $release = Get-RsolvHistory production @here | Where-Object Image -EQ $samples['Publish-RsolvImage'].Reference | Select-Object -First 1
        $release | Export-Clixml "$TestDrive/release.xml"
        $rollback = Import-Clixml "$TestDrive/release.xml" | Undo-RsolvDeployment -Confirm:$false
        $rollback.Status | Should -Be 'Succeeded'
        $rollback.Image | Should -Be $release.Image
        ($release | Update-RsolvDeployment -Confirm:$false).Image | Should -Be $release.Image
    }

    It 'restores what differs: Compare-RsolvState | Restore-RsolvState' {
        $difference = Compare-RsolvState production -Path $samples['Backup-RsolvState'].Path @here | Where-Object Kind -EQ Deployment
        $restore = $difference | Restore-RsolvState -Confirm:$false
        $restore.Status | Should -Be 'Succeeded'
        $restore.Items.Name | Should -Be $difference.Name
    }

    It 'compares folders of backups: Get-ChildItem | Compare-RsolvState' {
        Push-Location (Split-Path $configuration)
        try { Get-ChildItem $folder -Directory | Compare-RsolvState -IncludeEqual | Should -Not -BeNullOrEmpty }
        finally { Pop-Location }
        Get-ChildItem $folder -Directory | Compare-RsolvState production -IncludeEqual @here | Should -Not -BeNullOrEmpty
    }

    It 'deletes what it lists: Get-RsolvBackup | Remove-RsolvBackup, Get-RsolvTarget | Remove-RsolvBackup' {
        Backup-RsolvState production -Destination $folder @here | Should -Not -BeNullOrEmpty
        $removed = Get-RsolvBackup production -Destination $folder @here | Select-Object -Last 1 | Remove-RsolvBackup -Confirm:$false
        $removed | Should -HaveCount 1
        $removed.Path | Should -Not -Exist
        (Get-RsolvBackup production -Destination $folder @here).Count | Should -Be 1
        Get-RsolvTarget production -ConfigurationPath $configuration | Remove-RsolvBackup -OlderThan 90d -Confirm:$false | Should -BeNullOrEmpty
    }

    It 'finds the targets of a sandbox: Start-RsolvSandbox | Get-RsolvTarget' {
        ($sandbox | Get-RsolvTarget).Name | Should -Be @('production', 'staging')
        ('production' | Get-RsolvTarget -ConfigurationPath $configuration).Name | Should -Be 'production'
    }

    It 'finds the history of a run: Get-RsolvRun | Get-RsolvHistory' {
        $samples['Get-RsolvRun'] | Get-RsolvHistory | Should -Not -BeNullOrEmpty
    }
}

Describe 'Targets' {
    It 'are named by arrays and wildcards' {
        (Get-RsolvDeployment production, staging @here).Target.Name | Should -Be @('production', 'staging')
        (Get-RsolvDeployment prod* @here).Target.Name | Should -Be 'production'
        (Watch-RsolvRollout *, stag* -Timeout 1m @here).Target.Name | Should -Be @('production', 'staging', 'staging')
    }

    It 'that are named and are not there are errors, and do not stop the others' {
        $live = Watch-RsolvRollout nowhere, production, no-* -Timeout 1m -ConfigurationPath $configuration -ErrorAction SilentlyContinue -ErrorVariable errors
        $live.Target.Name | Should -Be 'production'
        $errors.FullyQualifiedErrorId | Should -Be @('TargetNotFound,RsolvDeploy.Commands.WatchRsolvRolloutCommand', 'TargetNotFound,RsolvDeploy.Commands.WatchRsolvRolloutCommand')
        { Get-RsolvRun nothing-like-this -ErrorAction Stop } | Should -Throw -ErrorId 'RunNotFound,*'
        { Get-RsolvBackup production -Destination (Join-Path $TestDrive nowhere) @here } | Should -Throw -ErrorId 'BackupFolderNotFound,*'
        $backup = (Backup-RsolvState production -Destination (Join-Path $TestDrive named) @here).Path
        { Restore-RsolvState production -Path $backup -Include Secret/nobody -WhatIf @here } | Should -Throw -ErrorId 'NamedObjectNotFound,*'
        { Compare-RsolvState production -Path $backup -Include Secret/nobody @here } | Should -Throw -ErrorId 'NamedObjectNotFound,*'
    }

    It 'are read from the configuration that is specified' {
        $other = Join-Path (Split-Path $configuration) 'other.yaml'
        (Get-Content $configuration -Raw) -replace 'namespace: \S+', 'namespace: elsewhere' | Set-Content $other
        $readiness = $samples['Get-RsolvTarget'] | Test-RsolvEnvironment -ConfigurationPath $other -ErrorAction SilentlyContinue
        $readiness.Target.Namespace | Should -Be 'elsewhere'
        $readiness.Target.ConfigurationPath | Should -Be $other
    }
}

Describe 'Paths' {
    It 'take wildcards, and literal paths take none' {
        $name = Split-Path $samples['Backup-RsolvState'].Path -Leaf
        Compare-RsolvState production -Path (Join-Path $folder "$($name.Substring(0, 12))*") -IncludeEqual @here | Should -Not -BeNullOrEmpty
        { Compare-RsolvState production -Path (Join-Path $folder 'nothing*') @here } | Should -Throw -ErrorId 'BackupNotFound,*'
        { Compare-RsolvState production -LiteralPath (Join-Path $folder 'prod*') @here } | Should -Throw
    }

    It 'of other providers are refused clearly' {
        { Compare-RsolvState production -Path 'Env:/PATH' @here } | Should -Throw '*of the provider Environment*' -ErrorId 'PathNotInFileSystem,*'
        { Backup-RsolvState production -Destination 'Function:/x' @here } | Should -Throw -ErrorId 'PathNotInFileSystem,*'
        { Backup-RsolvState production -Destination 'nodrive:/x' @here } | Should -Throw -ErrorId 'PathNotFound,*'
    }
}

Describe 'Parameters' {
    It 'for times take 5m and 1h30m as well as TimeSpan' {
        $times = foreach ($command in Get-Command -Module RsolvDeploy -CommandType Cmdlet) {
            foreach ($parameter in $command.Parameters.Values) {
                $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
                if ($type -eq [timespan]) { [pscustomobject]@{ Name = "$command -$($parameter.Name)"; Attributes = $parameter.Attributes.TypeId.Name } }
            }
        }
        $times.Count | Should -BeGreaterThan 5
        # A parameter of the type TimeSpan has the attribute Duration.
        $times | Where-Object Attributes -NotContains DurationAttribute | Select-Object -ExpandProperty Name | Should -BeNullOrEmpty
        { Watch-RsolvRollout production -Timeout 25h @here } | Should -Throw '*not between one second and one day*'
        # PowerShell reads these as numbers.
        $duration = (Get-Command Watch-RsolvRollout).Parameters.Timeout.Attributes | Where-Object { $_.TypeId.Name -eq 'DurationAttribute' }
        $duration.Transform($null, 90s) | Should -Be ([timespan]'0:01:30')
        $duration.Transform($null, 2d) | Should -Be ([timespan]'2.00:00:00')
    }

    It 'that exclude each other are refused: <_>' -ForEach @(
        'Undo-RsolvDeployment production -ToRevision 1 -ToDigest sha256:1', 'Undo-RsolvDeployment production -ToRevision 1 -Path x', 'Undo-RsolvDeployment production -KeyPath x -ToRevision 1'
        'Undo-RsolvDeployment production -ImageOnly -Exclude Secret/x', 'Publish-RsolvImage production -Image x -NoCache', 'Remove-RsolvBackup production -Path x -Keep 1'
        'Watch-RsolvDeployment production -For 1h -AllowSchemaMismatch', 'Update-RsolvDeployment production -Image x -AllowSchemaMismatch', 'Resume-RsolvDeployment 1 -TargetName production'
        'Update-RsolvDeployment production -Image x -Reference y'
    ) {
        { & ([scriptblock]::Create("$_ -ErrorAction Stop -WhatIf -ConfigurationPath '$configuration'")) } | Should -Throw -ErrorId '*,*'
        $Error[0].FullyQualifiedErrorId | Should -Match '^(AmbiguousParameterSet|ParameterConflict|PositionalParameterNotFound),'
    }
}
