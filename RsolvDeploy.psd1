@{
    # In a clone, dotnet build makes it.
    RootModule           = 'module/bin/RsolvDeploy.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5b6a7a5e-6a3f-4d0f-9c57-0f2d1c1f7b61'
    Author               = 'The RsolvDeploy authors'
    CompanyName          = 'RSOLV'
    Copyright            = 'Copyright (c) 2026 the RsolvDeploy authors. MIT License.'
    Description          = 'Carries an operator through a production deployment on Kubernetes: back up, build and push, update and watch, measure, undo. Every step takes and returns typed objects.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/RsolvDeploy.Format.ps1xml')
    TypesToProcess       = @('module/RsolvDeploy.Types.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'New-RsolvConfiguration'
        'Test-RsolvConfiguration'
        'Get-RsolvConfigurationSchema'
        'Get-RsolvTarget'
        'Invoke-RsolvStagingValidation'
        'Test-RsolvEnvironment'
        'Backup-RsolvState'
        'Get-RsolvBackup'
        'Compare-RsolvState'
        'Restore-RsolvState'
        'Remove-RsolvBackup'
        'Publish-RsolvImage'
        'Update-RsolvDeployment'
        'Invoke-RsolvMigration'
        'Test-RsolvHealth'
        'Test-RsolvSmoke'
        'Send-RsolvTestData'
        'Test-RsolvMetrics'
        'Test-RsolvDashboard'
        'Measure-RsolvMetrics'
        'Measure-RsolvDeployment'
        'Get-RsolvTask'
        'Watch-RsolvDeployment'
        'Undo-RsolvDeployment'
        'Get-RsolvDeployment'
        'Watch-RsolvRollout'
        'Get-RsolvHistory'
        'Get-RsolvAttestation'
        'Start-RsolvDeployment'
        'Get-RsolvRun'
        'Resume-RsolvDeployment'
        'Invoke-RsolvDeployment'
        'Test-RsolvRun'
        'Approve-RsolvCheck'
        'Complete-RsolvDeployment'
        'Export-RsolvReport'
        'Send-RsolvAnnouncement'
        'Start-RsolvSandbox'
        'Stop-RsolvSandbox'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Kubernetes', 'Deployment', 'Rollback', 'Docker', 'Prometheus', 'Backup', 'DevOps', 'PSEdition_Core', 'Linux', 'Windows', 'MacOS')
            LicenseUri   = 'https://github.com/RSOLV-dev/RsolvDeploy/blob/main/LICENSE'
            ProjectUri   = 'https://github.com/RSOLV-dev/RsolvDeploy'
            IconUri      = 'https://raw.githubusercontent.com/RSOLV-dev/RsolvDeploy/main/docs/images/icon.png'
            ReleaseNotes = 'https://github.com/RSOLV-dev/RsolvDeploy/blob/main/CHANGELOG.md'
        }
    }
}
