# Everything that should compose does: what one command outputs, the next one binds.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
param()

BeforeDiscovery {
    Import-Module (Join-Path (Split-Path -Parent (Split-Path -Parent $PSScriptRoot)) 'RsolvDeploy.psd1')
    # Every command that takes the deployment to act on from the pipeline, and what it needs besides.
    $fixed = @{
        'Watch-RsolvDeployment' = @{ For = [timespan]::FromHours(1) }; 'Compare-RsolvState' = @{ LiteralPath = '/x' }; 'Restore-RsolvState' = @{ LiteralPath = '/x' }
        'Invoke-RsolvDeployment' = @{ Reason = 'x' }; 'Send-RsolvAnnouncement' = @{ When = 'After' }; 'Approve-RsolvCheck' = @{ Id = 'x' }
    }
    $consumers = foreach ($command in Get-Command -Module RsolvDeploy | Where-Object { $_.Parameters.Target.ParameterSets.Values.ValueFromPipeline }) {
        @{ Consumer = $command.Name; Arguments = $fixed[$command.Name] ?? @{} }
    }
    $sets = foreach ($command in Get-Command -Module RsolvDeploy) { foreach ($set in $command.ParameterSets) { @{ Command = $command.Name; Set = $set } } }
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

    # One object of each other type that a command outputs and that has a deployment.
    $options = [System.Text.Json.JsonSerializerOptions]::new()
    $options.Converters.Add([System.Text.Json.Serialization.JsonStringEnumConverter]::new())
    $made = [System.Text.Json.JsonDocument]::Parse((Get-Content (Join-Path $root 'tests/RsolvDeploy.Module.Tests/Views/samples.json') -Raw)).RootElement
    $known = $samples.Values.ForEach({ $_.GetType() })
    foreach ($type in (Get-Command -Module RsolvDeploy).OutputType.Type | Sort-Object -Unique Name) {
        if ($type -in $known -or $type.IsInterface -or -not ($type.GetProperty('Target') ?? ($type.GetProperty('TargetName') -and $type.GetProperty('ConfigurationPath')))) { continue }
        $samples[$type.Name] = [System.Text.Json.JsonSerializer]::Deserialize($made.GetProperty($type.Name)[0].GetRawText(), $type, $options)
        $of = @{ Target = $samples['Backup-RsolvState'].Target; TargetName = 'production'; ConfigurationPath = $configuration; RunId = '20261128-140203-abcdef' }
        foreach ($name in $of.Keys) { if ($property = $type.GetProperty($name)) { $property.SetValue($samples[$type.Name], $of[$name]) } }
    }

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

Describe 'The pipeline to <Consumer>' -ForEach $consumers {
    It 'binds the deployment of every result' {
        New-Probe $Consumer
        $samples.Count | Should -BeGreaterThan 25
        $wrong = foreach ($producer in $samples.Keys | Where-Object { $_ -ne 'Start-RsolvSandbox' }) {
            $bound = @($samples[$producer] | Invoke-Probe @Arguments -ErrorAction SilentlyContinue -ErrorVariable faults)
            $path = $bound.ForEach({ $_.Bound.Target.ConfigurationPath ?? $_.Bound.ConfigurationPath })
            if ($faults -or $bound.Count -ne 1 -or "$($bound.Bound.Target.Name)" -ne 'production' -or "$path" -ne $configuration) { "${producer}: $($bound.Count) $faults $($bound.Bound.Target.Name) $path" }
        }
        $wrong | Should -BeNullOrEmpty
    }
}

Describe 'A parameter set' {
    It 'is chosen by its mandatory parameters: <Command> <Set.Name>' -ForEach $sets {
        New-Probe $Command
        $values = @{}
        foreach ($parameter in $Set.Parameters | Where-Object IsMandatory) {
            $values[$parameter.Name] = switch -Regex ($parameter.ParameterType.Name) {
                'TimeSpan' { [timespan]'0:01:00' }
                'SwitchParameter' { $true }
                'PSObject' { $samples['Backup-RsolvState'] }
                'AnnouncementKind' { 'After' }
                'Int64|Nullable' { 1 }
                default { 'production' }
            }
        }
        if ("$Command $($Set.Name)" -eq 'Remove-RsolvBackup Policy') { $values.Keep = 1 } # without a policy, its path decides
        (Invoke-Probe @values -ErrorAction Stop).Set | Should -Be $Set.Name
    }
}

Describe 'An output' {
    It 'is of the type that its command declares' {
        foreach ($command in $samples.Keys | Where-Object { $_ -like '*-*' }) {
            @($samples[$command])[0].GetType().FullName | Should -BeIn (Get-Command $command).OutputType.Name -Because "$command declares it"
        }
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

    It 'rolls back to the folder of a backup, and to the target that it names: Get-ChildItem | Undo-RsolvDeployment' {
        $rollback = Get-ChildItem $folder -Directory | Select-Object -First 1 | Undo-RsolvDeployment @here -WhatIf -ErrorAction SilentlyContinue -ErrorVariable faults
        "$($rollback.Target)" | Should -Be 'production'
        $faults.Where({ $_.FullyQualifiedErrorId -notlike 'NoOtherRelease,*' }) | Should -BeNullOrEmpty
        { Undo-RsolvDeployment @here -WhatIf } | Should -Throw -ErrorId 'TargetNotSpecified,*'
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

    It 'stays in the run: Get-RsolvRun | Test-RsolvRun | Test-RsolvMetrics, also from a file' {
        $run = $samples['Start-RsolvDeployment'].RunId
        (Get-RsolvRun $run | Test-RsolvRun | Test-RsolvMetrics).RunId | Should -Be $run
        Get-RsolvRun $run | Export-Clixml "$TestDrive/run.xml"
        (Import-Clixml "$TestDrive/run.xml" | Test-RsolvMetrics).RunId | Should -Be $run
        $approval = Approve-RsolvCheck production -RunId 20200101-000000-abcdef -Id staging.decision -Comment why -Confirm:$false @here
        $approval | Export-Clixml "$TestDrive/approval.xml"
        foreach ($one in $approval, (Import-Clixml "$TestDrive/approval.xml"), ($approval | ConvertTo-Json -Depth 8 | ConvertFrom-Json)) {
            $reference = [RsolvDeploy.TargetReference]$one
            "$reference $($reference.RunId) $($reference.ConfigurationPath)" | Should -Be "production 20200101-000000-abcdef $configuration"
        }
    }

    It 'reports the run of every result and of every object that names a run' {
        New-Probe Export-RsolvReport
        $named = $samples.Keys | Where-Object { $samples[$_].PSObject.Properties['RunId'] }
        $named.Count | Should -BeGreaterThan 15
        foreach ($producer in $named) { ($samples[$producer] | Invoke-Probe -ErrorAction Stop).Bound.InputObject | Should -Be $samples[$producer] -Because $producer }
        $file = $samples['Start-RsolvDeployment'], $samples['Get-RsolvRun'] | Export-RsolvReport -Format Json -Path "$TestDrive/reports"
        $file.RunId | Should -Be $samples['Get-RsolvRun'].RunId
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
        # A mistyped exclusion would restore the object.
        { Restore-RsolvState production -Path $backup -Exclude Secret/nobody -WhatIf @here } | Should -Throw -ErrorId 'NamedObjectNotFound,*'
        { Get-RsolvRun -TargetName nobody -ErrorAction Stop } | Should -Throw '*No run of the target nobody*' -ErrorId 'RunNotFound,*'
        Get-RsolvRun -TargetName nobody* -ErrorAction Stop | Should -BeNullOrEmpty
        { Invoke-RsolvDeployment production -Reason x -Skip Smok -NonInteractive -WhatIf @here } | Should -Throw "*no phase 'Smok'*" -ErrorId 'PhaseNotFound,*'
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
        foreach ($wrong in '5x', '5 m', '1.5h', '30', '', 300, 5l, 1.5) {
            { Watch-RsolvRollout production -Timeout $wrong @here } | Should -Throw '*is no duration with a unit. Specify for example 90s, 5m*' -Because "$wrong"
        }
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
        'Update-RsolvDeployment production -Image x -Reference y', 'Invoke-RsolvDeployment production -Reason x -Image y -ContextPath z'
    ) {
        { & ([scriptblock]::Create("$_ -ErrorAction Stop -WhatIf -ConfigurationPath '$configuration'")) } | Should -Throw -ErrorId '*,*'
        $Error[0].FullyQualifiedErrorId | Should -Match '^(AmbiguousParameterSet|ParameterConflict|PositionalParameterNotFound),'
    }
}
