# Rehearses a complete deployment on the sandbox: staging is validated; a good release is deployed and verified; then a release that
# crashes is deployed, diagnosed and rolled back, and the platform is verified again. A second sandbox, whose platform breaks, shows the
# rollback triggers. Shows all checks of the checklist; the exit code is 0 only when everything succeeded.
$sandbox = Start-RsolvSandbox
$brokenSandbox = $null
try {
    # The configuration of the sandbox, with a source tree, review rules and triggers.
    $configuration = [System.IO.Path]::Combine($sandbox.Folder, 'rehearsal.yaml')
    $target = Get-RsolvTarget production -ConfigurationPath $configuration

    "`n== Staging first: the real workflow on GitHub, and what is known before the deployment"
    $env:RSOLV_SANDBOX_GITHUB_TOKEN = [System.IO.File]::ReadAllText("$($sandbox.Folder)/github-token")
    $env:RSOLV_SANDBOX_STAGING_API_KEY = [guid]::NewGuid().ToString()
    Get-RsolvTarget staging -ConfigurationPath $configuration |
        Invoke-RsolvStagingValidation -WorkflowUpdate Commit -OutVariable staging |
        Out-Default
    "Reasons: $($staging[0].Summary.Reasons -join '; ')"

    "`n== A good release: test the environment, back up, build and push, update, migrate, verify"
    $target |
        Test-RsolvEnvironment -OutVariable readiness |
        Backup-RsolvState -OutVariable backup |
        Publish-RsolvImage -Phase rehearsal -OutVariable published |
        Update-RsolvDeployment -RollbackOnFailure -Confirm:$false -OutVariable rollout |
        Invoke-RsolvMigration -Confirm:$false -OutVariable migration |
        Test-RsolvHealth -OutVariable health |
        Send-RsolvTestData -Confirm:$false -OutVariable testData |
        Test-RsolvMetrics -OutVariable verification |
        Test-RsolvDashboard -OutVariable dashboard |
        Out-Default
    $dashboard[0].Panels | Out-Default

    "`n== A release that crashes"
    $target |
        Publish-RsolvImage -Phase broken -ContextPath ([System.IO.Path]::Combine($sandbox.Folder, 'app-broken')) -OutVariable brokenImage |
        Update-RsolvDeployment -Confirm:$false -OutVariable brokenRollout -ErrorAction SilentlyContinue
    "Diagnosis: $($brokenRollout[0].Diagnosis)"
    $brokenRollout[0].Diagnosis.LastLog

    "`n== The triggers of a rollback"
    $fired = @()
    :crash do {
        $target | Watch-RsolvDeployment -For 1m -Confirm:$false | ForEach-Object { $fired += $_; break crash }
    } while ($false)
    $brokenSandbox = Start-RsolvSandbox -Fault RequestsFail:-1, ReportedBroken
    $broken = Get-RsolvTarget production -ConfigurationPath ([System.IO.Path]::Combine($brokenSandbox.Folder, 'rehearsal.yaml'))
    :all do {
        $broken | Watch-RsolvDeployment -For 1m -Confirm:$false | ForEach-Object { $fired += $_; if ($fired.Count -eq 6) { break all } }
    } while ($false)
    $fired | Out-Default

    "`n== Rollback and verification"
    $brokenRollout[0] | Undo-RsolvDeployment -Confirm:$false -OutVariable rollback |
        Test-RsolvMetrics -OutVariable verifiedAgain |
        Test-RsolvSmoke -OutVariable smoke |
        Out-Default

    "`n== The whole checklist in one command, signed off and proven"
    Invoke-RsolvDeployment $target -Phase whole -Reason rehearsal -StagingTarget staging -WatchFor 5s -NonInteractive -Confirm:$false -OutVariable summary |
        Out-Default
    Get-RsolvRun $summary[0].RunId | Test-RsolvRun -IncludeHistory -OutVariable proof | Out-Default

    "`n== Every check"
    $checks = foreach ($step in $staging + $readiness + $backup + $published + $rollout + $migration + $health + $testData + $verification + $brokenImage + $brokenRollout + $rollback + $verifiedAgain + $summary + $proof) {
        $step.Checks
    }
    $checks += $smoke[0].Checks + $fired.Checks
    $checks | Out-Default
    $ids = [System.Collections.Generic.SortedSet[string]]::new([System.StringComparer]::Ordinal)
    foreach ($check in $checks) { $null = $ids.Add($check.Id) }
    "Shown: $($ids -join ' ')"

    "`n== The report"
    # The sandbox and its folder go; the report stays.
    $reports = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), 'rsolv-rehearsal')
    $verifiedAgain[0] | Export-RsolvReport -Format Html, Markdown, JUnit -Path $reports -Force -OutVariable report | Out-Default
    Get-RsolvRun $summary[0].RunId | Export-RsolvReport -Format Html -Path $reports -Force -OutVariable wholeReport | Out-Default

    $wrong = @(
        if ($staging[0].Status -ne 'Succeeded') { 'staging was not validated' }
        if ($readiness[0].Verdict -ne 'Ready') { "the environment is $($readiness[0].Verdict)" }
        if ($backup[0].Status -ne 'Succeeded') { 'the backup did not succeed' }
        if ($published[0].Status -ne 'Succeeded') { 'the good release was not published' }
        if ($rollout[0].Status -ne 'Succeeded') { 'the good release was not rolled out' }
        if ($smoke[0].Verdict -ne 'Passed') { "after the rollback the smoke test was $($smoke[0].Verdict)" }
        if ($migration[0].Status -ne 'Succeeded' -or $migration[0].Pending.Count -ne 1) { 'the pending migration was not run' }
        if ($health[0].Verdict -ne 'Passed') { "the endpoints of the good release were verified as $($health[0].Verdict)" }
        if ($testData[0].Status -ne 'Succeeded') { 'the test data was not sent' }
        if ($verification[0].Checks.Id -notcontains 'metrics.trust-score') { 'the rise of the counters was not verified' }
        if ($verification[0].Verdict -ne 'Passed') { "the good release was verified as $($verification[0].Verdict)" }
        if ($dashboard[0].Verdict -ne 'Passed') { "the dashboard was verified as $($dashboard[0].Verdict)" }
        if ($brokenRollout[0].Diagnosis.Cause -ne 'CrashLoop') { 'the crash loop was not diagnosed' }
        if ($fired.Count -ne 6) { "only $($fired.Id -join ', ') fired" }
        if ($rollback[0].Status -ne 'Succeeded') { 'the broken release was not rolled back' }
        if ($rollback[0].Image -ne $rollout[0].Image) { 'the rollback did not restore the good release' }
        if ($report.Count -ne 3 -or $report[0].Verdict -ne 'RolledBack') { "the report shows $($report[0].Verdict)" }
        if ($verifiedAgain[0].Verdict -ne 'Passed') { "after the rollback the platform was verified as $($verifiedAgain[0].Verdict)" }
        if ($summary[0].Outcome -ne 'Succeeded') { "the whole checklist ended as $($summary[0].Outcome)" }
        if ($wholeReport[0].Verdict -ne 'Succeeded') { "the report of the whole checklist shows $($wholeReport[0].Verdict)" }
        if ($summary[0].Phases.Count -ne 15) { "the whole checklist had the phases $($summary[0].Phases.Name -join ', ')" }
        if ($proof[0].Verdict -ne 'Passed') { 'the record of the run is not proven' }
    )
    if ($wrong) {
        "`nThe rehearsal failed: $($wrong -join '; ')."
        exit 1
    }

    "`nThe rehearsal succeeded: deployed, verified, broken, diagnosed, rolled back, verified, signed off."
    "Open the reports: $($wholeReport[0].Path) and $($report[0].Path)"
    exit 0
}
finally {
    $sandbox | Stop-RsolvSandbox
    if ($brokenSandbox) { $brokenSandbox | Stop-RsolvSandbox }
}
