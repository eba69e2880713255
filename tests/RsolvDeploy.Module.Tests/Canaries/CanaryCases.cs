namespace RsolvDeploy.Module.Tests.Canaries;

/// <summary>
/// The cases of all commands, in the order in which they run. Those that fail run against services that quote every request, values of
/// its headers and its body included, in their errors.
/// </summary>
internal static class CanaryCases
{
    public static readonly IReadOnlyList<CanaryCase> All =
    [
        new("Get-RsolvTarget", "Get-RsolvTarget * @at", "Get-RsolvTarget nowhere @at"),
        new("Get-RsolvConfigurationSchema", "Get-RsolvConfigurationSchema", null),
        new("Test-RsolvConfiguration", "Test-RsolvConfiguration @at", "Test-RsolvConfiguration $env:RSOLV_CANARY_INVALID"),
        new(
            "New-RsolvConfiguration",
            "New-RsolvConfiguration rsolv-production -Kubeconfig $env:RSOLV_CANARY_KUBECONFIG -Path \"$env:TMPDIR/new.yaml\"",
            "New-RsolvConfiguration rsolv-refused -Kubeconfig $env:RSOLV_CANARY_KUBECONFIG -Path \"$env:TMPDIR/refused.yaml\""),
        new(
            "Invoke-RsolvStagingValidation",
            "Invoke-RsolvStagingValidation staging @at -WorkflowUpdate Commit -Confirm:$false",
            "Invoke-RsolvStagingValidation staging @at -WorkflowUpdate Commit -Confirm:$false"),
        new("Test-RsolvEnvironment", "Test-RsolvEnvironment production @at", "Test-RsolvEnvironment refused @at"),
        new(
            "Start-RsolvDeployment",
            "$global:run = Start-RsolvDeployment production @at -Reason $env:RSOLV_CANARY_REASON; $global:run",
            "Start-RsolvDeployment nowhere @at -Reason $env:RSOLV_CANARY_REASON"),
        new(
            "Backup-RsolvState",
            "$global:run | Backup-RsolvState -EncryptAll -Passphrase $passphrase -Confirm:$false; Backup-RsolvState production @at",
            "Backup-RsolvState refused @at -Confirm:$false"),
        new("Get-RsolvBackup", "Get-RsolvBackup production @at -Verify", "Get-RsolvBackup nowhere @at"),
        new(
            "Publish-RsolvImage",
            "$global:image = Publish-RsolvImage production @at -Phase canary -Confirm:$false; $global:image",
            "Publish-RsolvImage production @at -Phase refused -Confirm:$false; Publish-RsolvImage built @at -Phase built -Confirm:$false"),
        new(
            "Update-RsolvDeployment",
            "$global:image | Update-RsolvDeployment -Reason $env:RSOLV_CANARY_REASON -Confirm:$false",
            "Update-RsolvDeployment production @at -Image $env:RSOLV_CANARY_CARELESS -RollbackOnFailure -Confirm:$false; "
                + "Update-RsolvDeployment refused @at -Image $env:RSOLV_CANARY_CARELESS -Confirm:$false"),
        new(
            "Invoke-RsolvMigration",
            "Invoke-RsolvMigration production @at -Confirm:$false",
            "Invoke-RsolvMigration refused @at -Confirm:$false"),
        new(
            "Test-RsolvHealth",
            "Test-RsolvHealth production @at",
            "Test-RsolvHealth production @at; Test-RsolvHealth production @at -Credential $login"),
        new(
            "Send-RsolvTestData",
            "Send-RsolvTestData production @at -Confirm:$false",
            "Send-RsolvTestData production @at -Confirm:$false"),
        new(
            "Test-RsolvMetrics",
            "Test-RsolvMetrics production @at",
            "Test-RsolvMetrics production @at; Test-RsolvMetrics production @at -Credential $login; "
                + "'mutual', 'broken-key' | Test-RsolvMetrics @at"),
        new(
            "Test-RsolvDashboard",
            "Test-RsolvDashboard production @at",
            "Test-RsolvDashboard production @at; Test-RsolvDashboard production @at -Credential $login"),
        new("Test-RsolvSmoke", "Test-RsolvSmoke production @at", "Test-RsolvSmoke production @at"),
        new("Measure-RsolvMetrics", "Measure-RsolvMetrics production @at -Days 0.01", "Measure-RsolvMetrics production @at -Days 0.01"),
        new("Watch-RsolvRollout", "Watch-RsolvRollout production @at", "Watch-RsolvRollout refused @at"),
        new("Watch-RsolvDeployment", "Watch-RsolvDeployment production @at -For 1s", "Watch-RsolvDeployment refused @at -For 1s"),
        new(
            "Undo-RsolvDeployment",
            "Undo-RsolvDeployment production @at -AllowSchemaMismatch -Reason $env:RSOLV_CANARY_REASON -Confirm:$false",
            "Undo-RsolvDeployment refused @at -Reason $env:RSOLV_CANARY_REASON -Confirm:$false"),
        new("Get-RsolvDeployment", "Get-RsolvDeployment production @at", "Get-RsolvDeployment refused @at"),
        new(
            "Get-RsolvHistory",
            "Get-RsolvHistory production @at",
            "'refused', 'plugged', 'proxied', 'certified', 'basic' | Get-RsolvHistory @at"),
        new("Get-RsolvAttestation", "Get-RsolvAttestation production @at", "Get-RsolvAttestation refused @at"),
        new("Measure-RsolvDeployment", "Measure-RsolvDeployment production @at", "Measure-RsolvDeployment refused @at"),
        new(
            "Compare-RsolvState",
            "$global:backups = Get-RsolvBackup production @at; "
                + "Compare-RsolvState production $global:backups[0].Path @at -IncludeEqual; "
                + "Compare-RsolvState production $global:backups[-1].Path @at -IncludeEqual -Passphrase $passphrase",
            "Compare-RsolvState production (Get-RsolvBackup production @at)[-1].Path @at -KeyPath $env:RSOLV_CANARY_INVALID"),
        new(
            "Restore-RsolvState",
            "Restore-RsolvState production $global:backups[0].Path @at -Confirm:$false",
            "Restore-RsolvState production (Get-RsolvBackup production @at)[0].Path @at -Prune -Recreate -Confirm:$false"),
        new(
            "Remove-RsolvBackup",
            "Remove-RsolvBackup production @at -Keep 3 -Confirm:$false",
            "Remove-RsolvBackup nowhere @at -Keep 3 -Confirm:$false"),
        new(
            "Invoke-RsolvDeployment",
            "$global:all = Invoke-RsolvDeployment production @at -Reason $env:RSOLV_CANARY_REASON -Phase all "
                + "-Skip Smoke, TestData -NonInteractive -Confirm:$false; "
                + "$global:all",
            "Invoke-RsolvDeployment refused @at -Reason $env:RSOLV_CANARY_REASON -Phase all -NonInteractive -Confirm:$false"),
        new(
            "Approve-RsolvCheck",
            "$global:all | Approve-RsolvCheck -Id approval.engineering-lead -Comment $env:RSOLV_CANARY_REASON -Confirm:$false",
            "Approve-RsolvCheck refused @at -Id approval.engineering-lead -Comment $env:RSOLV_CANARY_REASON -Confirm:$false"),
        new(
            "Complete-RsolvDeployment",
            "$global:all | Complete-RsolvDeployment -Comment $env:RSOLV_CANARY_REASON -Confirm:$false",
            "Complete-RsolvDeployment refused @at -Comment $env:RSOLV_CANARY_REASON -Confirm:$false"),
        new("Get-RsolvTask", "Get-RsolvTask production @at; Get-RsolvTask production @at -AsCalendar", "Get-RsolvTask refused @at"),
        new(
            "Resume-RsolvDeployment",
            """
            $null = Start-RsolvDeployment production @at -OutVariable cut | Test-RsolvHealth
            $ledger = (Get-RsolvRun $cut.RunId).Folder + '/ledger.jsonl'
            Set-Content $ledger (Get-Content $ledger | Select-Object -SkipLast 2)
            Resume-RsolvDeployment $cut.RunId -Confirm:$false
            """,
            "Resume-RsolvDeployment 20200101-000000-abcdef -Confirm:$false"),
        new("Get-RsolvRun", "Get-RsolvRun -Verify", "Get-RsolvRun 20200101-000000-abcdef"),
        new("Test-RsolvRun", "Get-RsolvRun | Test-RsolvRun -IncludeHistory", "Test-RsolvRun 20200101-000000-abcdef"),
        new(
            "Export-RsolvReport",
            "Get-RsolvRun | Export-RsolvReport -Format Html, Markdown, Json, JUnit, Sarif -Path \"$env:TMPDIR/reports\"",
            "Export-RsolvReport 20200101-000000-abcdef -Path \"$env:TMPDIR/reports\""),
        new(
            "Send-RsolvAnnouncement",
            "Send-RsolvAnnouncement production @at -When After -Message 'visible-announcement' -Confirm:$false",
            "Send-RsolvAnnouncement production @at -When Failed -Message $env:RSOLV_CANARY_REASON -Confirm:$false"),
        new(
            "Start-RsolvSandbox",
            "$global:sandbox = Start-RsolvSandbox -Confirm:$false; $global:sandbox",
            "Start-RsolvSandbox -Fault NoSuchFault"),
        new("Stop-RsolvSandbox", "$global:sandbox | Stop-RsolvSandbox -Confirm:$false", "Stop-RsolvSandbox -ProcessId 1"),
    ];
}
