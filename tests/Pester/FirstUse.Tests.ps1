# First use: a configuration that is read off the cluster, and verified.
BeforeAll {
    $root = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
    Import-Module (Join-Path $root 'RsolvDeploy.psd1') -Force
    $script:sandbox = Start-RsolvSandbox
    $script:target = Get-RsolvTarget production -ConfigurationPath $sandbox.ConfigurationPath
    $script:draft = New-RsolvConfiguration $target.Namespace $target.Deployment -Kubeconfig $sandbox.Kubeconfig -Path "$TestDrive/rsolv.yaml"
    $script:text = Get-Content "$TestDrive/rsolv.yaml" -Raw
}

AfterAll {
    Stop-RsolvSandbox
}

Describe 'A new configuration' {
    It 'passes its own tests, and the one of the environment' {
        ($draft | Test-RsolvConfiguration).IsValid | Should -BeTrue
        $readiness = $draft | Test-RsolvEnvironment
        $readiness.Status | Should -Be 'Succeeded'
        $readiness.Checks | Where-Object FailsStep | Should -BeNullOrEmpty
    }

    It 'holds what the cluster shows, and no secret value' {
        $made = $draft | Get-RsolvTarget
        $made.Container | Should -Be $target.Container
        $made.Deployment | Should -Be $target.Deployment
        $made.Cluster.Uid | Should -Not -BeNullOrEmpty
        $made.Prometheus.Job | Should -Be $target.Prometheus.Job
        $draft.Found | Should -Not -BeNullOrEmpty
        $text | Should -Not -Match 'sbxsecret'
    }

    It 'says what could not be seen' {
        $draft.Open | Should -Not -BeNullOrEmpty
        foreach ($open in $draft.Open) { $text | Should -Match ([regex]::Escape("# Open: $open")) }
    }

    It 'deploys, and rolls back' {
        $images = Publish-RsolvImage production -Phase first -ConfigurationPath $sandbox.ConfigurationPath
        ($draft | Update-RsolvDeployment -Image $images.Reference -Confirm:$false).Status | Should -Be 'Succeeded'
        ($draft | Undo-RsolvDeployment -Confirm:$false).Status | Should -Be 'Succeeded'
    }

    It 'takes the namespace of the context, and asks for one where the context names none' {
        $made = New-RsolvConfiguration -Kubeconfig $sandbox.Kubeconfig -Deployment $target.Deployment -Path "$TestDrive/own.yaml"
        ($made | Get-RsolvTarget).Namespace | Should -Be $target.Namespace
        $kubeconfig = "$TestDrive/kubeconfig"
        Set-Content $kubeconfig ((Get-Content $sandbox.Kubeconfig) -notmatch '^\s*namespace:')
        { New-RsolvConfiguration -Kubeconfig $kubeconfig -Path "$TestDrive/none.yaml" -ErrorAction Stop } |
            Should -Throw -ErrorId 'NamespaceNotSpecified,*'
    }

    It 'replaces no file without -Force, and writes none with -WhatIf' {
        $new = @{ Namespace = $target.Namespace; Kubeconfig = $sandbox.Kubeconfig }
        { New-RsolvConfiguration @new -Path "$TestDrive/rsolv.yaml" -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigurationExists,*'
        New-RsolvConfiguration @new -Deployment $target.Deployment -Path "$TestDrive/none.yaml" -WhatIf
        "$TestDrive/none.yaml" | Should -Not -Exist
        { New-RsolvConfiguration @new -Deployment nothing -Path "$TestDrive/none.yaml" -ErrorAction Stop } | Should -Throw -ErrorId 'NotFound,*'
        (New-RsolvConfiguration @new -Deployment $target.Deployment -Path "$TestDrive/rsolv.yaml" -Force).TargetName | Should -Be 'production'
    }
}

Describe 'A configuration' {
    It 'that is missing names the command that makes one' {
        Push-Location $TestDrive
        try {
            Remove-Item rsolv.yaml
            { Get-RsolvTarget -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigurationNotFound,*'
            $Error[0].ErrorDetails.RecommendedAction | Should -Match '^New-RsolvConfiguration writes one'
        }
        finally { Pop-Location }
    }

    It 'that is wrong is reported with every line and key' {
        Set-Content "$TestDrive/wrong.yaml" "version: 1`ntargets:`n  production: { namespace: Not_A_Name, deployment: web, environment: production, colour: red }"
        $report = Test-RsolvConfiguration "$TestDrive/wrong.yaml"
        $report.IsValid | Should -BeFalse
        $report.Problems.Line | Should -Be @(3, 3)
        $report.Problems.Key | Should -Be @('targets.production.namespace', 'targets.production.colour')
        (Get-Item "$TestDrive/wrong.yaml" | Test-RsolvConfiguration).Problems.Count | Should -Be 2
    }

    It 'is named by arrays, wildcards and literal paths, from the pipeline too, and one bad name does not stop the rest' {
        $files = "$TestDrive/many/a.yaml", "$TestDrive/many/b[1].yaml"
        New-Item -ItemType Directory "$TestDrive/many" | Out-Null
        foreach ($file in $files) { [System.IO.File]::WriteAllText($file, $text) }
        (Test-RsolvConfiguration -Path $files).ConfigurationPath | Should -Be $files
        (Test-RsolvConfiguration "$TestDrive/many/*.yaml").ConfigurationPath | Should -Be $files
        (Test-RsolvConfiguration "$TestDrive/m*/a.*").ConfigurationPath | Should -Be $files[0]
        (Test-RsolvConfiguration -LiteralPath $files[1]).ConfigurationPath | Should -Be $files[1]
        (Get-ChildItem "$TestDrive/many" | Test-RsolvConfiguration).ConfigurationPath | Should -Be $files
        (Get-ChildItem "$TestDrive/many" | Select-Object PSPath | Test-RsolvConfiguration).ConfigurationPath | Should -Be $files
        (Test-RsolvConfiguration -ConfigurationPath $files[0]).IsValid | Should -BeTrue
        $reports = Test-RsolvConfiguration "$TestDrive/none*.yaml", "$TestDrive/none.yaml", 'Env:/P*', $files[0] -ErrorAction SilentlyContinue -ErrorVariable errors
        $reports.ConfigurationPath | Should -Be $files[0]
        $errors.FullyQualifiedErrorId | Sort-Object | Should -Be @(
            'ConfigurationNotFound,RsolvDeploy.Commands.TestRsolvConfigurationCommand', 'ConfigurationNotFound,RsolvDeploy.Commands.TestRsolvConfigurationCommand'
            'PathNotInFileSystem,RsolvDeploy.Commands.TestRsolvConfigurationCommand'
        )
        { Test-RsolvConfiguration -LiteralPath "$TestDrive/many/*.yaml" -ErrorAction Stop } | Should -Throw -ErrorId 'ConfigurationNotFound,*'
    }

    It 'that looks up what the environment lacks is reported' {
        Set-Content "$TestDrive/lookup.yaml" "version: 1`ntargets:`n  production:`n    namespace: `${RSOLV_NO_SUCH_VARIABLE}`n    deployment: web`n    environment: production"
        (Test-RsolvConfiguration "$TestDrive/lookup.yaml").Problems.Message | Should -Match 'RSOLV_NO_SUCH_VARIABLE'
    }

    It 'has a schema that editors use' {
        $schema = Get-RsolvConfigurationSchema
        $schema | ConvertFrom-Json -AsHashtable | ForEach-Object { $_.properties.Keys } | Should -Contain 'targets'
        '{ "version": 1, "targets": { "production": { "colour": "red" } } }' | Test-Json -Schema $schema -ErrorAction SilentlyContinue | Should -BeFalse
    }
}
