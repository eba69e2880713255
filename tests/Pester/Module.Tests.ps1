# What only a real PowerShell shows. RsolvDeploy.Module.Tests runs this suite in the pwsh of the tool manifest.
BeforeAll {
    $root = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
    Import-Module (Join-Path $root 'RsolvDeploy.psd1') -Force
    $script:sandbox = Start-RsolvSandbox
    $script:configuration = $script:sandbox.ConfigurationPath
}

AfterAll {
    Stop-RsolvSandbox
}

Describe 'The module' {
    It 'has a manifest without faults' {
        Test-ModuleManifest (Join-Path $root 'RsolvDeploy.psd1') | Should -Not -BeNullOrEmpty
    }

    It 'has no finding of PSScriptAnalyzer in its scripts' {
        if (-not (Get-Module PSScriptAnalyzer -ListAvailable)) {
            Set-ItResult -Skipped -Because 'the module PSScriptAnalyzer is not installed'
        }

        $scripts = @(git -C $root ls-files -- '*.ps1' '*.psm1' '*.psd1')
        $scripts | Should -Contain 'build.ps1'
        $scripts.ForEach({ Invoke-ScriptAnalyzer -Path (Join-Path $root $_) }) | Should -BeNullOrEmpty
    }

    It 'imports without a network, and writes nothing' {
        $script = "`$before = [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name; Import-Module '$(Join-Path $root 'RsolvDeploy.psd1')'; " +
            "[AppDomain]::CurrentDomain.GetAssemblies().GetName().Name | Where-Object { `$_ -notin `$before }"
        $files = { (Get-ChildItem $root/module, $root/RsolvDeploy.psd1 -Recurse -File | ForEach-Object { "$_ $($_.Length) $($_.LastWriteTimeUtc.Ticks)" }) -join "`n" }
        $before = & $files
        $data, $env:XDG_DATA_HOME = $env:XDG_DATA_HOME, "$TestDrive/imported"
        Push-Location -LiteralPath $root
        try { $loaded = dotnet pwsh -NoProfile -NonInteractive -Command $script }
        finally { Pop-Location; $env:XDG_DATA_HOME = $data }
        $loaded | Should -Contain 'RsolvDeploy'
        # What a connection needs is not loaded, so that none was made.
        $loaded -match '^(RsolvDeploy\.Core|KubernetesClient|System\.Net\..*)$' | Should -BeNullOrEmpty
        "$TestDrive/imported/rsolvdeploy" | Should -Not -Exist
        & $files | Should -Be $before
    }

    It 'uses approved verbs' {
        $approved = (Get-Verb).Verb
        (Get-Command -Module RsolvDeploy).Verb | Should -BeIn $approved
    }

    It 'has help with two examples for <_>' -ForEach (Import-PowerShellDataFile "$PSScriptRoot/../../RsolvDeploy.psd1").CmdletsToExport {
        (Get-Help $_ -Full).examples.example.Count | Should -BeGreaterOrEqual 2
    }

    It 'has a documentation site with a page for each command and topic, and no broken link' {
        & (Join-Path $root 'docs/site/Write-Pages.ps1') -Path "$TestDrive/pages"
        (Get-ChildItem "$TestDrive/pages/cmdlets" -Filter *.md).BaseName | Should -Be ((Get-Command -Module RsolvDeploy).Name | Sort-Object)
        (Get-ChildItem "$TestDrive/pages/topics" -Filter *.md).Count | Should -Be (Get-ChildItem (Join-Path $root 'docs/en-US') -Filter 'about_*').Count
        $broken = foreach ($page in Get-ChildItem "$TestDrive/pages" -Recurse -Include *.md, toc.yml) {
            foreach ($link in [regex]::Matches((Get-Content $page -Raw), '(?:\]\(|href: ''?)(?!https?:|#)([^)#''\s}]+)').ForEach({ $_.Groups[1].Value })) {
                if (-not (Test-Path (Join-Path $page.DirectoryName $link))) { "$($page.Name): $link" }
            }
        }
        $broken | Should -BeNullOrEmpty
    }

    It 'names the fault that its sandbox does not have' {
        $unknown = { Start-RsolvSandbox -Fault Nope -ErrorAction Stop } | Should -Throw "*'--fault Nope'*" -PassThru
        $unknown.ErrorDetails.RecommendedAction | Should -Match '-Fault'
    }

    It 'completes the names of targets' {
        $line = "Test-RsolvMetrics -ConfigurationPath '$configuration' -Target "
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be @('production', 'staging')
    }
}

Describe 'The pipeline' {
    It 'stops cleanly behind Select-Object -First' {
        (Get-RsolvTarget -ConfigurationPath $configuration | Select-Object -First 1).Name | Should -Be 'production'
        $Error.Clear()
        $first = 'production', 'staging' | Test-RsolvMetrics -ConfigurationPath $configuration | Select-Object -First 1
        $first.Target.Name | Should -Be 'production'
        $Error | Should -BeNullOrEmpty
        (Test-RsolvMetrics staging -ConfigurationPath $configuration).Target.Name | Should -Be 'staging'
    }

    It 'gives a target for a wildcard' {
        (Get-RsolvTarget 'stag*' -ConfigurationPath $configuration).Name | Should -Be 'staging'
    }

    It 'gives the numbers of the health checks to a script' {
        $health = Test-RsolvHealth production -ConfigurationPath $configuration -Samples 3
        $health.Verdict | Should -Be 'Passed'
        $time = $health.Checks | Where-Object Id -EQ health.response-time
        $time.Actual | Should -BeLessThan $time.Expected
        $time.Unit | Should -Be 'ms'
    }

    It 'shows every check of the smoke test with its numbers' {
        $smoke = Test-RsolvSmoke production -ConfigurationPath $configuration
        $smoke.Verdict | Should -Be 'Passed'
        $smoke.Checks.Count | Should -Be 14
        $cpu = $smoke.Checks | Where-Object Id -EQ smoke.cpu
        $cpu.Actual | Should -BeLessThan $cpu.Expected
        $cpu.Unit | Should -Be 'cores'
    }

    It 'survives JSON and CLIXML with every check' {
        $verification = Test-RsolvMetrics production -ConfigurationPath $configuration
        $verification.Verdict | Should -Be 'Passed'
        ($verification | ConvertTo-Json -Depth 8 | ConvertFrom-Json).Checks.Count | Should -Be $verification.Checks.Count
        $verification | Export-Clixml (Join-Path $TestDrive 'verification.xml')
        (Import-Clixml (Join-Path $TestDrive 'verification.xml')).Checks.Count | Should -Be $verification.Checks.Count
    }

    It 'looks at the environment without changing it, and shows no secret' {
        $readiness = Test-RsolvEnvironment production -ConfigurationPath $configuration
        $readiness.Verdict | Should -Be 'Ready'
        $readiness | ConvertTo-Json -Depth 8 | Should -Not -Match 'sbxsecret'
    }

    It 'runs every panel of the dashboard' {
        $dashboard = Test-RsolvDashboard production -ConfigurationPath $configuration
        $dashboard.Verdict | Should -Be 'Passed'
        ($dashboard.Checks | Where-Object Id -EQ grafana.panels).Actual | Should -Be 7
        ($dashboard.Panels | Where-Object Title -EQ 'Validations').State | Should -Be 'Data'
        ($dashboard | ConvertTo-Json -Depth 8 | ConvertFrom-Json).Panels.Count | Should -Be $dashboard.Panels.Count
        $dashboard.Panels | Out-String -Width 80 | Should -Match 'State +Panel +Result'
        (Get-Help Test-RsolvDashboard -Full).examples.example.Count | Should -BeGreaterOrEqual 2
    }

    It 'lists the tasks after a deployment' {
        $tasks = @(Get-RsolvTask production -ConfigurationPath $configuration)
        $tasks | Should -BeNullOrEmpty
        Get-RsolvTask production -AsCalendar -ConfigurationPath $configuration | Should -Match '^BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
        (Get-Help Get-RsolvTask -Full).examples.example.Count | Should -BeGreaterOrEqual 2
    }

    It 'measures the deployments' {
        $figures = Measure-RsolvDeployment production -Days 7 -ConfigurationPath $configuration
        $figures.Deployments | Should -BeGreaterOrEqual 0
        $figures.To - $figures.From | Should -Be ([timespan]::FromDays(7))
        $figures | Out-String -Width 80 | Should -Match 'Target +Deployments +Lead time +Failed +Restored in'
        (Get-Help Measure-RsolvDeployment -Full).examples.example.Count | Should -BeGreaterOrEqual 2
    }

    It 'measures the metrics of some days' {
        $measured = Measure-RsolvMetrics production -Days 0.01 -ConfigurationPath $configuration
        $measured.Alerts.Count | Should -Be 9
        $measured.Panels[0].Duration | Should -BeGreaterThan ([timespan]::Zero)
        ($measured | ConvertTo-Json -Depth 8 | ConvertFrom-Json).Histograms.Count | Should -Be 3
        $measured.Alerts | Out-String -Width 80 | Should -Match 'Alert +Fired +Threshold +Proposed +Values'
        (Get-Help Measure-RsolvMetrics -Full).examples.example.Count | Should -BeGreaterOrEqual 2
    }

    It 'asks services with the credential that is specified' {
        $password = [securestring]::new()
        'sbxsecret-wrong'.ToCharArray().ForEach({ $password.AppendChar($_) })
        $wrong = [pscredential]::new('admin', $password)
        $refused = Test-RsolvDashboard production -ConfigurationPath $configuration -Credential $wrong -ErrorAction SilentlyContinue
        $refused.Verdict | Should -Be 'Error'
        foreach ($command in 'Test-RsolvHealth', 'Test-RsolvMetrics', 'Test-RsolvSmoke') {
            (Get-Command $command).Parameters.Credential.ParameterType | Should -Be ([pscredential])
        }
    }

    It 'offers the steps to come' {
        $line = 'Test-RsolvEnvironment production -Step U'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be @('Undo', 'Update')
    }

    It 'backs up, compares and restores in a pipe' {
        $backup = Backup-RsolvState production -ConfigurationPath $configuration
        $backup.Status | Should -Be 'Succeeded'
        Get-RsolvBackup production -ConfigurationPath $configuration | Select-Object -First 1 | Compare-RsolvState | Should -BeNullOrEmpty
        ($backup | Restore-RsolvState -ConfigurationPath $configuration -Confirm:$false).Status | Should -Be 'Succeeded'
    }

    It 'deploys without a question with -Confirm:$false' {
        $rollout = Publish-RsolvImage production -Phase pester -ConfigurationPath $configuration | Update-RsolvDeployment -Confirm:$false
        $rollout.Status | Should -Be 'Succeeded'
    }

    It 'builds by a Dockerfile that is a text' {
        $lines = 'FROM scratch', 'COPY . /app', 'LABEL dev.rsolv.sandbox.behavior=healthy'
        $image = Publish-RsolvImage production -Phase text -DockerfileContent $lines -ConfigurationPath $configuration
        $image.Status | Should -Be 'Succeeded'
        ($image.Checks | Where-Object Id -EQ 'image.built').Evidence | Should -Match 'the Dockerfile of -DockerfileContent, sha256:[0-9a-f]{64}'
    }

    It 'shows what an update would change, and changes nothing' {
        $script = "Import-Module '$(Join-Path $root 'RsolvDeploy.psd1')'; Update-RsolvDeployment production -Image production-20260101-000000 -ConfigurationPath '$configuration' -WhatIf"
        Push-Location -LiteralPath $root
        try { $shown = dotnet pwsh -NoProfile -NonInteractive -Command $script | Out-String }
        finally { Pop-Location }
        $shown | Should -Match '(?s)What if:.*- spec.template.spec.containers.rsolv-platform.image:.*\+ spec.template.spec.containers.rsolv-platform.image:'
    }

    It 'takes what somebody else changed when told so' {
        (Update-RsolvDeployment production -Image production-20260102-000000 -ConfigurationPath $configuration -AcceptDrift -Confirm:$false).Status | Should -Be 'Succeeded'
    }

    It 'applies an overlay with the image, and leaves its tree alone' {
        if (-not (Get-Command kustomize, kubectl -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'neither kustomize nor kubectl is installed'
        }
        $repository = (Get-RsolvTarget production -ConfigurationPath $configuration).Image.Repository
        Set-Content (Join-Path $TestDrive 'kustomization.yaml') 'resources: [deployment.yaml]'
        Set-Content (Join-Path $TestDrive 'deployment.yaml') @"
apiVersion: apps/v1
kind: Deployment
metadata: { name: rsolv-platform, labels: { app: rsolv-platform } }
spec:
  selector: { matchLabels: { app: rsolv-platform } }
  template:
    metadata: { labels: { app: rsolv-platform } }
    spec: { containers: [ { name: rsolv-platform, image: '${repository}:old' } ] }
"@
        $before = Get-ChildItem $TestDrive -Filter *.yaml | Get-FileHash
        $overlaid = Join-Path (Split-Path $configuration) 'overlaid.yaml'
        (Get-Content $configuration -Raw) -replace '(?m)^  kubeconfig: ', "  kustomize: { path: '$TestDrive' }`n  kubeconfig: " | Set-Content $overlaid
        $rollout = Update-RsolvDeployment production -Image production-20260101-000000 -ConfigurationPath $overlaid -Confirm:$false
        $rollout.Status | Should -Be 'Succeeded'
        ($rollout.Checks | Where-Object Id -EQ update.applied).Evidence | Should -Match 'overlay'
        (Get-ChildItem $TestDrive -Filter *.yaml | Get-FileHash).Hash | Should -Be $before.Hash
    }

    It 'looks at deployments without touching them' {
        $live = Get-RsolvTarget -ConfigurationPath $configuration | Get-RsolvDeployment
        $live.Target.Name | Should -Be @('production', 'staging')
        $live.State | Should -Be @('Ready', 'Ready')
        ($live[0] | ConvertTo-Json -Depth 8 | ConvertFrom-Json).Pods.Count | Should -Be $live[0].Wanted
        $live[0] | Format-List | Out-String -Width 200 | Should -Match '(?s)Ready +: 2 of 2.*Running ready, 0 restarts.*LastKnownGood'
    }

    It 'watches a rollout that somebody else began' {
        $rollout = Watch-RsolvRollout production -ConfigurationPath $configuration -Timeout 0:01:00
        $rollout.Status | Should -Be 'Succeeded'
        $rollout.Image | Should -Be (Get-RsolvDeployment production -ConfigurationPath $configuration).Image
    }

    It 'keeps the steps of two pipelines apart' {
        $image = Publish-RsolvImage production -Phase apart -ConfigurationPath $configuration
        $rollout = 'production' | Write-Output | Update-RsolvDeployment -Image $image.Reference -ConfigurationPath $configuration -Confirm:$false
        (Get-RsolvRun $rollout.RunId).Phases | Should -Be @('Update: Succeeded')
        (Get-RsolvRun $image.RunId).Phases | Should -Be @('Publish: Succeeded')
    }

    It 'outputs ordinary objects: a list has an indexer, a result in a string is a sentence' {
        $readiness = Test-RsolvEnvironment production -ConfigurationPath $configuration
        $readiness.Checks[0].Id | Should -Be 'environment.cluster'
        $readiness.Checks[-1].GetType().Name | Should -Be 'Check'
        "$readiness" | Should -Match '^production: '
        "$readiness" | Should -Not -Match '[{}]'
    }

    It 'shows the pending migrations and runs them' {
        (Invoke-RsolvMigration staging -ConfigurationPath $configuration -StatusOnly).Pending.Version | Should -Be 20261120090000
        (Invoke-RsolvMigration staging -ConfigurationPath $configuration -Confirm:$false).Status | Should -Be 'Succeeded'
        (Invoke-RsolvMigration staging -ConfigurationPath $configuration -StatusOnly).Pending | Should -BeNullOrEmpty
    }

    It 'sends test data whose counters rise, and shows it before' {
        (Send-RsolvTestData production -ConfigurationPath $configuration -WhatIf).Records.Phase | Should -Be @('validation', 'mitigation')
        $verification = Send-RsolvTestData production -ConfigurationPath $configuration -Confirm:$false | Test-RsolvMetrics
        ($verification.Checks | Where-Object Id -eq 'metrics.trust-score').Actual | Should -Be 95
    }

    It 'validates staging by the workflow on GitHub, or records why not' {
        $env:RSOLV_SANDBOX_GITHUB_TOKEN = Get-Content (Join-Path (Split-Path $configuration) github-token) -Raw
        $env:RSOLV_SANDBOX_STAGING_API_KEY = 'pester-api-key'
        $validation = Invoke-RsolvStagingValidation staging -WorkflowUpdate Commit -ConfigurationPath $configuration
        $validation.Status | Should -Be 'Succeeded'
        $validation.Workflow.Conclusion | Should -Be 'success'
        ($validation | ConvertTo-Json -Depth 6 | ConvertFrom-Json).Summary.Recommendation | Should -Match '^A: '
        $promoted = Publish-RsolvImage production -From staging -ConfigurationPath $configuration
        $promoted.Reference | Should -Be $validation.Image
        { Publish-RsolvImage production -From staging -Image production-latest -ConfigurationPath $configuration } | Should -Throw
        Get-RsolvAttestation staging -ConfigurationPath $configuration | Should -BeNullOrEmpty
        $attesting = (Get-Content $configuration -Raw) -replace '(?m)^(\s+)environment: staging\s*$', "`$0`n`$1promotion: { attest: true }"
        Set-Content ($attested = Join-Path (Split-Path $configuration) attested.yaml) $attesting
        (Invoke-RsolvStagingValidation staging -ConfigurationPath $attested).Attestation | Should -Match '@sha256:'
        $proven = Get-RsolvAttestation staging -ConfigurationPath $attested | Where-Object Environment -EQ staging
        "$($proven.Result) $($proven.Problem)" | Should -Be 'PASSED '
        $skipped = Invoke-RsolvStagingValidation staging -Skip -Reason pester -ConfigurationPath $configuration
        ($skipped.Checks | Where-Object Id -EQ staging.scan).Evidence | Should -Match 'option B: .*pester'
        { Invoke-RsolvStagingValidation staging -Skip -ConfigurationPath $configuration -Reason '' } | Should -Throw
    }

    It 'records a run that is shown, completed by Tab, and not taken up again' {
        $run = Start-RsolvDeployment production -Reason pester -ConfigurationPath $configuration
        (Get-RsolvRun $run.RunId).State | Should -Be 'Open'
        ($run | Backup-RsolvState).RunId | Should -Be $run.RunId
        $shown = Get-RsolvRun $run.RunId
        $shown.State | Should -Be 'Completed'
        $shown.Problem | Should -BeNullOrEmpty
        $line = "Resume-RsolvDeployment -RunId $($run.RunId.Substring(0, 17))"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain $run.RunId
        { Resume-RsolvDeployment $run.RunId -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'RunNotInterrupted,*'
    }

    It 'writes the report of a run, completes its format, and leaves nothing with -WhatIf' {
        $run = Start-RsolvDeployment production -Reason 'pester <b>' -ConfigurationPath $configuration
        $null = $run | Backup-RsolvState
        $run | Export-RsolvReport -Path (Join-Path $TestDrive 'planned') -WhatIf | Should -BeNullOrEmpty
        Join-Path $TestDrive 'planned' | Should -Not -Exist
        $files = Get-RsolvRun $run.RunId | Export-RsolvReport -Format Html, JUnit -Path (Join-Path $TestDrive 'reports')
        $files.Verdict | Should -Be @('Succeeded', 'Succeeded')
        Get-Content $files[0].Path -Raw | Should -Match 'pester &lt;b&gt;'
        ([xml](Get-Content $files[1].Path -Raw)).testsuites.failures | Should -Be '0'
        $line = 'Export-RsolvReport -Format S'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'Sarif'
    }

    It 'runs the whole checklist, and previews it without a change' {
        $planned = Invoke-RsolvDeployment staging -Reason pester -Phase pester -Skip Environment -ConfigurationPath $configuration -WhatIf
        $planned.Phases.Status | Select-Object -Unique | Should -Be 'Planned'
        Get-RsolvRun $planned.RunId | Should -BeNullOrEmpty
        $done = Invoke-RsolvDeployment production -Reason pester -Phase pester -NonInteractive -ConfigurationPath $configuration -Confirm:$false 6>$null
        $done.Outcome | Should -Be 'Succeeded'
        ($done | Out-String) | Should -Match 'Next: Watch the first hour'
        ($done | Out-String) | Should -Not -Match ([char]27)
        # No process works on it here, so that its record in the cluster is shown.
        (Get-RsolvRun $done.RunId -Follow -TargetName production -ConfigurationPath $configuration).State | Should -Be 'Completed'
    }

    It 'signs off a run that it joins by its id, and proves its record' {
        $rollout = Publish-RsolvImage production -Phase signed -ConfigurationPath $configuration |
            Update-RsolvDeployment -Confirm:$false | Invoke-RsolvMigration -Confirm:$false
        { Complete-RsolvDeployment production -RunId $rollout.RunId -ConfigurationPath $configuration -ErrorAction Stop } |
            Should -Throw -ErrorId 'ChecksOpen,*'
        (Get-RsolvRun $rollout.RunId | Test-RsolvMetrics).RunId | Should -Be $rollout.RunId
        (Get-RsolvRun $rollout.RunId | Complete-RsolvDeployment -Confirm:$false).Outcome | Should -Be 'Succeeded'
        (Get-RsolvRun $rollout.RunId | Test-RsolvRun -IncludeHistory).Verdict | Should -Be 'Passed'
    }

    It 'shows an announcement with -WhatIf, writes it, and completes its channels' {
        $announced = Join-Path (Split-Path $configuration) 'announced.yaml'
        (Get-Content $configuration -Raw) -replace '(?m)^    announce:[^\n]*\n', "    announce: { folder: '$TestDrive/sent' }`n" | Set-Content $announced
        (Send-RsolvAnnouncement production -When Before -ConfigurationPath $announced -WhatIf).Status | Should -Be 'Planned'
        $sent = Send-RsolvAnnouncement production -When Before -Message 'by pester' -ConfigurationPath $announced
        Get-Content $sent.Destination -Raw | Should -Match 'by pester'
        $line = 'Send-RsolvAnnouncement -When Before -Channel T'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'Teams'
    }

    It 'lists times in the zone of this machine' {
        $at = [datetimeoffset]::new(2026, 11, 29, 23, 30, 15, [timespan]::Zero)
        $text = [RsolvDeploy.Release]::new('registry.test/app:1', $at) | Format-List | Out-String -Width 120
        $text | Should -Match ('(?m)^At +: {0:yyyy-MM-dd HH:mm:ss} [+-]\d\d:\d\d' -f $at.LocalDateTime)
    }

    It 'throws with a stable id under -ErrorAction Stop' {
        { Get-RsolvTarget nowhere -ConfigurationPath $configuration -ErrorAction Stop } |
            Should -Throw -ErrorId 'TargetNotFound,RsolvDeploy.Commands.GetRsolvTargetCommand'
    }
}
