# The examples of the help topics are commands: each block runs as it stands, in the order of its topic.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'Pester runs its blocks in scopes that the rule does not follow.')]
param()

BeforeDiscovery {
    $folder = "$PSScriptRoot/../../docs/en-US"
    $topics = foreach ($file in Get-ChildItem $folder -Filter 'about_*.help.txt' | Where-Object Name -notlike '*_Errors.*') {
        # Lines of eight and more columns are one block; text between them ends it, an empty line does not.
        $blocks = [regex]::Matches((Get-Content $file -Raw), '(?m)^ {8}\S.*\n(?:(?: {8}.*)?\n)*') | ForEach-Object { $_.Value -replace '(?m)^ {8}' }
        @{ Topic = $file.Name -replace '\.help\.txt$'; Blocks = @($blocks | Where-Object { $_ -match '(?m)^\S*(\$|[A-Z][a-z]+-|Describe|try|if)' }) }
    }
}

BeforeAll {
    $root = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)
    Import-Module (Join-Path $root 'RsolvDeploy.psd1') -Force
    $script:sandbox = Start-RsolvSandbox
    $script:before = $env:RSOLV_CONFIG, $env:PSModulePath, $env:KUBECONFIG
    # Runs that other tests interrupted are none of a reader's.
    $script:data = $env:XDG_DATA_HOME
    $env:XDG_DATA_HOME = "$TestDrive/data"
    $env:RSOLV_CONFIG, $env:KUBECONFIG = $sandbox.ConfigurationPath, $sandbox.Kubeconfig
    # The module as it is installed, and a script of a user. Pester walks through TestDrive, and would through the link.
    $null = New-Item -ItemType Directory "$($sandbox.Folder)/modules", "$TestDrive/work"
    $script:link = New-Item -ItemType SymbolicLink "$($sandbox.Folder)/modules/RsolvDeploy" -Target $root
    $env:PSModulePath = "$($sandbox.Folder)/modules$([IO.Path]::PathSeparator)$env:PSModulePath"
    'if ((Test-RsolvMetrics production).Verdict -ne "Passed") { Undo-RsolvDeployment production }' | Set-Content "$TestDrive/work/deploy.ps1"
    Push-Location "$TestDrive/work"
    # A release, and a backup of the one before it.
    Add-Content "$($sandbox.Folder)/app/Dockerfile" 'LABEL release=2'
    $null = Backup-RsolvState production | Publish-RsolvImage -Phase topics | Update-RsolvDeployment -Confirm:$false -ErrorAction Stop -WarningAction Ignore

    # Each topic has a session of its own, as a reader has; an error or a failed test ends it. Results go nowhere.
    function Invoke-Example([string[]] $Block) {
        $session = [powershell]::Create()
        try {
            $null = $session.AddScript({
                    param($module, $pester, $folder, $blocks)
                    $ErrorActionPreference = 'Stop'
                    $ConfirmPreference = 'None'
                    $PSNativeCommandUseErrorActionPreference = $true
                    $key = "$env:XDG_DATA_HOME/rsolvdeploy/keys/backup/key.pem" # for the topic of backups
                    # Changes of the release are previewed, so that every topic finds the same one; other tests make them.
                    $PSDefaultParameterValues = @{ 'Backup-RsolvState:Destination' = './own' }
                    foreach ($name in 'Update-RsolvDeployment', 'Undo-RsolvDeployment', 'Restore-RsolvState') { $PSDefaultParameterValues["${name}:WhatIf"] = $true }
                    Set-Location $folder
                    Import-Module $module
                    foreach ($block in $blocks) {
                        if ($block -notmatch '(?m)^Describe ') { . ([scriptblock]::Create($block)) | Out-Null; continue }
                        Import-Module $pester
                        Set-Content ./Topic.Tests.ps1 $block
                        $result = Invoke-Pester -Path ./Topic.Tests.ps1 -Output None -PassThru
                        if ($result.Result -ne 'Passed' -or $result.PassedCount -eq 0) { throw "$block $($result.Failed.ErrorRecord)" }
                    }
                }).AddArgument((Join-Path $root 'RsolvDeploy.psd1')).AddArgument((Get-Module Pester).Path).AddArgument($PWD.ProviderPath).AddArgument($Block)
            $null = $session.Invoke()
        }
        finally {
            $session.Dispose()
        }
    }
}

AfterAll {
    Pop-Location
    $link.Delete()
    $env:RSOLV_CONFIG, $env:PSModulePath, $env:KUBECONFIG = $before
    $env:XDG_DATA_HOME = $data
    Stop-RsolvSandbox
}

Describe '<Topic>' -ForEach $topics {
    It 'has examples that run' {
        $Blocks.Count | Should -BeGreaterThan 0
        # The cluster of the sandbox has other names than the one of the example. Travel.Tests runs a job; here its script is enough.
        $here = $Blocks -replace '-Context prod -Namespace shop -Deployment web', '-Context sandbox -Namespace rsolv-production -Deployment rsolv-platform' `
            -replace '-ToRevision 12', '-ToRevision 1' -replace 'Start-Job (\{.*?\}) \| Receive-Job -Wait', '& $1'
        { Invoke-Example $here } | Should -Not -Throw
    }
}
