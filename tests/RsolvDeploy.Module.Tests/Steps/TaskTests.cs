using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The tasks of people after a deployment, from its history to their approval.</summary>
public class TaskTests : SandboxedTest
{
    [Fact]
    public void Tasks_are_listed_approved_from_the_pipe_and_written_as_a_calendar()
    {
        var configuration = Sandbox.ConfigurationPath;
        var text = File.ReadAllText(configuration);
        File.WriteAllText(configuration, text.Replace(
            "    environment: production\n",
            "    environment: production\n    tasks:\n"
                + "      - { name: documentation, title: 'Update the documentation; all of it', owner: engineering }\n"
                + "      - { name: metrics, title: Look at the metrics, due: 7d }\n",
            StringComparison.Ordinal));

        var outcome = Run("$done = $target | Publish-RsolvImage -Phase tasks | Update-RsolvDeployment -Confirm:$false | "
            + "Invoke-RsolvMigration -Confirm:$false; $null = Test-RsolvMetrics $target -RunId $done.RunId; "
            + "$signed = Complete-RsolvDeployment $target -RunId $done.RunId -Confirm:$false; "
            + "$target | Get-RsolvTask; $target | Get-RsolvTask -AsCalendar; "
            + "$target | Get-RsolvTask -Due | Approve-RsolvCheck -Comment written -Confirm:$false; "
            + "$target | Get-RsolvTask -Due; $target | Get-RsolvTask; $signed").ThrowOnError().Output;

        Assert.Equal(["task.documentation", "Open", "engineering"], new[] { "Id", "State", "Owner" }.Select(outcome[0].Text));
        Assert.Equal(["task.metrics", "Open"], new[] { "Id", "State" }.Select(outcome[1].Text));
        Assert.Equal(TimeSpan.FromDays(6), (DateTimeOffset)outcome[1].Get("Due")! - (DateTimeOffset)outcome[0].Get("Due")!);
        Assert.Contains("SUMMARY:Update the documentation\\; all of it (production)\r\n", outcome[2].ToString(), StringComparison.Ordinal);
        Assert.Equal(["task.documentation", "True", "written"], new[] { "CheckId", "Approved", "Comment" }.Select(outcome[3].Text));
        // Nothing is due any more; of the two one is done.
        Assert.Equal(["Done", "Open"], outcome.Skip(4).Take(2).Select(task => task.Text("State")));
        // Open tasks do not hold up the sign-off; it shows them.
        var signed = outcome[6];
        Assert.Equal(["Succeeded", "Manual", "Manual"],
            [signed.Text("Outcome"), signed.Checks()["task.documentation"], signed.Checks()["task.metrics"]]);

        var lines = Session.Render("$target | Get-RsolvTask");
        Assert.All(lines, line => Assert.True(line.Length <= 80, $"'{line}' has {line.Length} columns."));
        Assert.Contains("Due                     State    Target       Owner          Task", lines.Select(line => line.TrimEnd()));
    }
}
