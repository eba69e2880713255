using System.Management.Automation;
using System.Text.RegularExpressions;
using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The whole checklist by one command, and what an operator sees of it.</summary>
public partial class ChecklistTests : SandboxedTest
{
    private const string Deploy = "Invoke-RsolvDeployment $target -Reason 'ticket 7' -Phase whole ";

    [Fact]
    public void One_command_deploys_and_the_summary_fits_80_columns()
    {
        var lines = Session.Render(Deploy + "-NonInteractive -Confirm:$false");
        Assert.All(lines, line => Assert.True(line.Length <= 80 || line.StartsWith("20", StringComparison.Ordinal), line));
        Assert.Contains(lines, line => Started().IsMatch(line));
        Assert.Contains(lines, line => line.StartsWith("Deployment of production: Succeeded after 0:00:", StringComparison.Ordinal));
        Assert.Contains(lines, line => Row().IsMatch(line));
        Assert.Contains(lines, line => line.StartsWith("Next: Watch the first hour", StringComparison.Ordinal));
        Assert.DoesNotContain(Interface.Questions, _ => true);
    }

    [Fact]
    public void A_preview_shows_every_phase_and_so_does_the_pipeline_of_single_commands()
    {
        var whole = Run(Deploy + "-WhatIf").ThrowOnError().Output.Single();
        Assert.Equal("Planned", whole.Text("Status"));
        Assert.Equal(["Succeeded", .. Enumerable.Repeat("Planned", 12)], whole.Items("Phases").Select(phase => phase.Text("Status")));
        Assert.Empty(Session.Changes);

        var single = Run(
            "$target | Test-RsolvEnvironment | Backup-RsolvState -WhatIf -OutVariable b | Publish-RsolvImage -WhatIf -OutVariable i | "
                + "Update-RsolvDeployment -WhatIf -OutVariable u | Invoke-RsolvMigration -WhatIf -OutVariable m | "
                + "Test-RsolvMetrics -OutVariable v | Complete-RsolvDeployment -WhatIf -OutVariable c | Where-Object { $false }; "
                + "$b; $i; $u; $m; $v; $c").ThrowOnError().Output;
        Assert.All(single, step => Assert.Equal("Planned", step.Text("Status")));
        Assert.Equal(single[1].Text("PlannedReference"), single[2].Text("Image"));
        Assert.Empty(Session.Changes);
        Assert.Contains(Interface.Lines, line => line.Contains(single[2].Text("Image"), StringComparison.Ordinal));
    }

    [Fact]
    public void After_a_rollback_the_summary_says_first_how_it_ended()
    {
        Sandbox.Faults.Inject(Fault.CrashLoop, 1);
        var lines = Session.Render(Deploy + "-NonInteractive -Confirm:$false -ErrorAction SilentlyContinue");
        var summary = lines.SkipWhile(line => !SummaryLine().IsMatch(line)).ToList();
        Assert.StartsWith("Rollback of production: Succeeded, to ", summary[0], StringComparison.Ordinal);
        Assert.Contains(summary, line => line.StartsWith("Deployment of production: RolledBack", StringComparison.Ordinal));
        Assert.Contains(summary, line => line.StartsWith("Next: Find the cause in ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_person_decides_is_asked_and_a_freeze_is_refused()
    {
        Sandbox.Faults.Inject(Fault.AlertFiring, -1);
        await Sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);
        Interface.Answers.Enqueue(1); // stop
        var stopped = Run(Deploy + "-Confirm:$false").ThrowOnError().Output.Single();
        Assert.Equal(["Skipped", ""], [stopped.Text("Status"), stopped.Text("Outcome")]);
        Assert.StartsWith(
            "rsolv-production/rsolv-platform in sandbox: The environment is ready with risks. Continue?\n",
            Assert.Single(Interface.Questions),
            StringComparison.Ordinal);

        // As PowerShell started with -NonInteractive.
        Interface.Asking = () => throw new PSInvalidOperationException("Windows PowerShell is in NonInteractive mode.");
        var unasked = Run(Deploy + "-Confirm:$false -WarningVariable warned 3>$null; $warned").ThrowOnError().Output;
        Assert.Equal("Skipped", unasked[0].Text("Status"));
        Assert.Contains(
            unasked,
            one => one.ToString().StartsWith(
                "This host cannot ask about rsolv-production/rsolv-platform in sandbox: The environment is ready with risks.",
                StringComparison.Ordinal));

        Run("Update-RsolvDeployment $target -Image any -OverrideFreezeBy me -Confirm:$false").ThrowOnErrorBut("FreezeOverrideIncomplete");
        Run(Deploy + "-OverrideFreezeBy me -Confirm:$false").ThrowOnErrorBut("FreezeOverrideIncomplete");
    }

    // A host that can confirm a change and then no more: a terminal that was closed, a session that was left.
    [Theory]
    [InlineData("$ConfirmPreference = 'None'; ", null)]
    [InlineData("", "QuestionNotAsked")]
    public async Task A_question_that_cannot_be_asked_is_an_error_unless_all_was_confirmed_beforehand(string before, string? error)
    {
        Sandbox.Faults.Inject(Fault.AlertFiring, -1);
        await Sandbox.Services.Monitor.TickAsync(TestContext.Current.CancellationToken);
        Interface.Answers.Enqueue(0); // the run as a whole
        Interface.Asking = () =>
        {
            if (Interface.Questions[^1].Contains("The environment is ready with risks.", StringComparison.Ordinal))
                throw new PSInvalidOperationException("Windows PowerShell is in NonInteractive mode.");
        };
        var outcome = Run(before + Deploy);
        Assert.Equal("Skipped", outcome.Output.Single().Text("Status"));
        Assert.Equal(error, outcome.Errors.SingleOrDefault()?.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(error is null, outcome.Warnings.Any(line => line.StartsWith("This host cannot ask about ", StringComparison.Ordinal)));
        if (error is null) return;
        Assert.StartsWith(
            "This host cannot ask about rsolv-production/rsolv-platform in sandbox: The environment is ready with risks. Continue? ",
            outcome.Errors[0].ErrorDetails.Message,
            StringComparison.Ordinal);
        Assert.Contains("-NonInteractive", outcome.Errors[0].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(Session.Changes, change => change.Contains("/deployments/", StringComparison.Ordinal));
    }

    [GeneratedRegex("^20[0-9-]{8}T[0-9:]{8}Z Step 5 of 13: Update started, estimated ", RegexOptions.None, 1000)]
    private static partial Regex Started();

    [GeneratedRegex("^(Rollback|Deployment) of ", RegexOptions.None, 1000)]
    private static partial Regex SummaryLine();

    [GeneratedRegex("^ 5 Update        Succeeded     0:00:[0-9]{2}  ", RegexOptions.None, 1000)]
    private static partial Regex Row();
}
