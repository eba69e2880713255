using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>A run is approved, signed off and proven by cmdlets, which join it by the pipe or by its id.</summary>
public class SignOffTests : SandboxedTest
{
    private const string Deploy = "$done = $target | Publish-RsolvImage -Phase signed | Update-RsolvDeployment -Confirm:$false | "
        + "Invoke-RsolvMigration -Confirm:$false; ";

    [Fact]
    public void A_run_is_joined_approved_signed_off_and_proven()
    {
        var open = Run(Deploy + "Test-RsolvMetrics $target -RunId $done.RunId; "
            + "Complete-RsolvDeployment $target -RunId $done.RunId -Comment fine -Confirm:$false; "
            + "Get-RsolvRun $done.RunId | Test-RsolvRun -IncludeHistory; Get-RsolvRun $done.RunId; Get-RsolvHistory $target")
            .ThrowOnError();
        Assert.Equal(["Passed", "Succeeded", "Passed", "Completed", "True"],
            [
                open.Output[0].Text("Verdict"),
                open.Output[1].Text("Outcome"),
                open.Output[2].Text("Verdict"),
                open.Output[3].Text("State"),
                open.Output[4].Text("Verified"),
            ]);
        Assert.Single(open.Output.Take(4).Select(one => one.Text("RunId")).Distinct());
        Assert.Equal("fine", open.Output[1].Text("Comment"));
        Assert.Equal(open.Output[1].Text("SignedOffBy"), open.Output[4].Text("CompletedBy"));
        Run($"Backup-RsolvState $target -RunId {open.Output[3].Text("RunId")}").ThrowOnErrorBut("RunClosed");
    }

    [Fact]
    public void Approve_stores_who_when_and_why_and_refuses_what_is_no_manual_check()
    {
        var id = Run(Deploy + "$done").ThrowOnError().Output.Single().Text("RunId");
        var approved = Run($"Approve-RsolvCheck $target -RunId {id} -Id staging.decision -Comment why -Confirm:$false");
        approved.ThrowOnErrorBut("CheckNotManual");
        // A run of another machine: what it left open is not known here.
        var decided = Run("Approve-RsolvCheck $target -RunId 20200101-000000-abcdef -Id staging.decision -Comment why -Confirm:$false")
            .ThrowOnError().Output.Single();
        Assert.Equal(["staging.decision", "True", "why"], [decided.Text("CheckId"), decided.Text("Approved"), decided.Text("Comment")]);
        Session.ForgetRequests();
        Run("Approve-RsolvCheck $target -RunId 20200101-000000-abcdef -Id staging.decision -WhatIf").ThrowOnError();
        Assert.Empty(Session.Changes);
    }

    [Fact]
    public void A_preview_of_the_sign_off_changes_nothing_and_an_altered_run_is_an_error()
    {
        var id = Run(Deploy + "$null = $done | Test-RsolvMetrics; $done").ThrowOnError().Output.Single().Text("RunId");
        Session.ForgetRequests();
        var planned = Run($"Get-RsolvRun {id} | Complete-RsolvDeployment -WhatIf").ThrowOnError().Output.Single();
        Assert.Equal("Planned", planned.Text("Status"));
        Assert.Empty(Session.Changes);

        var ledger = Path.Combine(Run($"Get-RsolvRun {id}").Output.Single().Text("Folder"), "ledger.jsonl");
        var lines = File.ReadAllLines(ledger);
        lines[2] = lines[2].Replace("\"sequence\":3", "\"sequence\":03", StringComparison.Ordinal);
        File.WriteAllLines(ledger, lines);
        var proof = Run($"Test-RsolvRun {id}").ThrowOnErrorBut("LedgerChanged").Output.Single();
        Assert.Equal("3", proof.Text("FirstAlteredLine"));
        Run("Test-RsolvRun 20200101-000000-abcdef").ThrowOnErrorBut("RunNotFound");
        Assert.All(
            Session.Render($"Test-RsolvRun {id} -ErrorAction SilentlyContinue"), line => Assert.True(line.Length <= 80, line));
    }
}
