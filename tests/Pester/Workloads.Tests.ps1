# A release of several workloads, looked at and watched in a real PowerShell.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
param()

BeforeAll {
    $root = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
    Import-Module (Join-Path $root 'RsolvDeploy.psd1') -Force
    $sandbox = Start-RsolvSandbox
    $text = Get-Content $sandbox.ConfigurationPath -Raw
    $script:image = (Get-RsolvDeployment production -ConfigurationPath $sandbox.ConfigurationPath).Image
    $script:configuration = Join-Path (Split-Path $sandbox.ConfigurationPath) 'workloads.yaml'
    $text -replace '(?m)^  container: .*\n', '' -replace '(?m)^  deployment: (.*)$', @'
  workloads:
    - { kind: Deployment, name: $1, container: $1 }
    - { kind: StatefulSet, name: worker }
    - { kind: CronJob, name: nightly }
'@ | Set-Content $configuration

    $kubeconfig = Get-Content ([regex]::Match($text, '(?m)^  kubeconfig: (.+)$').Groups[1].Value) -Raw
    $script:api = @{
        Headers = @{ Authorization = 'Bearer ' + [regex]::Match($kubeconfig, 'name: admin\s+user:\s+token: (\S+)').Groups[1].Value }
        SkipCertificateCheck = $true
    }
    $script:apis = [regex]::Match($kubeconfig, 'server: (\S+?)/?\s').Groups[1].Value + '/apis'
    function Add-Workload([string]$path, [hashtable]$body) {
        Invoke-RestMethod -Uri "$apis/$path" -Method Post -ContentType application/json -Body ($body | ConvertTo-Json -Depth 12) @api | Out-Null
    }

    $labels = @{ app = 'worker' }
    $pod = @{ containers = @(@{ name = 'worker'; image = $image }) }
    Add-Workload 'apps/v1/namespaces/rsolv-production/statefulsets' @{
        apiVersion = 'apps/v1'; kind = 'StatefulSet'; metadata = @{ name = 'worker' }
        spec = @{
            replicas = 2; serviceName = 'worker'; selector = @{ matchLabels = $labels }
            template = @{ metadata = @{ labels = $labels }; spec = $pod }
        }
    }
    Add-Workload 'batch/v1/namespaces/rsolv-production/cronjobs' @{
        apiVersion = 'batch/v1'; kind = 'CronJob'; metadata = @{ name = 'nightly' }
        spec = @{ schedule = '0 3 * * *'; jobTemplate = @{ spec = @{ template = @{ spec = $pod + @{ restartPolicy = 'Never' } } } } }
    }
}

AfterAll {
    Stop-RsolvSandbox
}

Describe 'A release of several workloads' {
    It 'is watched to the end of its last rollout, and is shown as one' {
        $rollout = Watch-RsolvRollout production -ConfigurationPath $configuration -Timeout 0:01:00
        $rollout.Status | Should -Be 'Succeeded'
        $rollout.Workloads.ForEach({ "$($_.Workload.Kind)/$($_.Workload.Name) $($_.Status)" }) | Should -Be @(
            'Deployment/rsolv-platform Succeeded', 'StatefulSet/worker Succeeded', 'CronJob/nightly Succeeded')
        $live = Get-RsolvDeployment production -ConfigurationPath $configuration
        "$($live.State) $($live.Ready)/$($live.Wanted)" | Should -Be 'Ready 4/4'
        $live.Workloads.Image | Should -Be @($image, $image, $image)
        $live.Pods.Where({ $_.Name -like 'worker-*' }).Count | Should -Be 2
        $live | Out-String -Width 80 | Should -Match 'Ready +production .* 4/4 '
    }

    It 'is re-attached to while one workload rolls out, and survives CLIXML' {
        $patch = @{ spec = @{ template = @{ metadata = @{ annotations = @{ restarted = 'now' } } } } } | ConvertTo-Json -Depth 6
        Invoke-RestMethod -Uri "$apis/apps/v1/namespaces/rsolv-production/statefulsets/worker" -Method Patch -ContentType application/merge-patch+json -Body $patch @api | Out-Null
        $rollout = Get-RsolvDeployment production -ConfigurationPath $configuration | Watch-RsolvRollout -Timeout 0:01:00
        $rollout.Status | Should -Be 'Succeeded'
        $rollout | Export-Clixml "$TestDrive/rollout.xml"
        $worker = (Import-Clixml "$TestDrive/rollout.xml").Workloads[1]
        $worker.Revision | Should -Be 2
        $worker.Pods.Revision | Should -Be @(2, 2)
    }

    It 'names the workload that is not there' {
        Invoke-RestMethod -Uri "$apis/batch/v1/namespaces/rsolv-production/cronjobs/nightly" -Method Delete @api | Out-Null
        $live = Get-RsolvDeployment production -ConfigurationPath $configuration -ErrorVariable missing -ErrorAction SilentlyContinue
        "$missing" | Should -Match "cronjobs.* 'nightly'"
        $live | Should -BeNullOrEmpty
    }
}
