using RsolvDeploy.Core.Tests.Announcements;
using RsolvDeploy.Module.Tests.Hosting;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Announcements as an operator sends them.</summary>
public sealed class AnnouncementTests : SandboxedTest
{
    private const string Channels =
        "$text = [System.IO.File]::ReadAllText($target.ConfigurationPath); "
            + "$path = [System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($target.ConfigurationPath), 'announce.yaml'); "
            + "$i = $text.IndexOf('    announce:'); $end = $text.IndexOf(\"`n\", $i) + 1; "
            + "[System.IO.File]::WriteAllText($path, $text.Substring(0, $i) + \"    announce: { folder: '$folder/sent', "
            + "slack: { env: RSOLV_TEST_NO_SUCH_HOOK } }`n\" + $text.Substring($end)); "
            + "$target = Get-RsolvTarget production -ConfigurationPath $path; ";

    [Fact]
    public void A_channel_that_fails_is_a_warning_and_the_pipeline_goes_on()
    {
        var outcome = Run(
            $"{Channels} $target | Test-RsolvEnvironment | Send-RsolvAnnouncement -When Before -PassThru -ErrorAction Stop | "
                + "Backup-RsolvState");
        Assert.Equal("Succeeded", outcome.ThrowOnError().Of("StateBackup").Text("Status"));
        Assert.Contains(outcome.Warnings, warning => warning.Contains("RSOLV_TEST_NO_SUCH_HOOK is missing", StringComparison.Ordinal));
        var text = File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(Sandbox.Folder, "sent"))));
        Assert.StartsWith("Deployment to production starts\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preview_shows_the_text_and_sends_nothing()
    {
        var planned = Run($"{Channels} $target | Send-RsolvAnnouncement -When Before -Message 'Take care.' -WhatIf").ThrowOnError().Output;
        Assert.Equal(["Planned", "Planned"], planned.Select(one => one.Text("Status")));
        Assert.Contains(Interface.Lines, line => line.Contains("Take care.", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(Sandbox.Folder, "sent")));
    }

    [Fact]
    public void The_facts_of_the_run_are_in_the_text()
    {
        var sent = Run(
            $"{Channels} $target | Publish-RsolvImage -Phase sent | Update-RsolvDeployment -Confirm:$false | "
                + "Send-RsolvAnnouncement -When After -Channel File").ThrowOnError().Output.Single();
        Assert.Equal(("Succeeded", "File", "After"), (sent.Text("Status"), sent.Text("Channel"), sent.Text("Kind")));
        Assert.Contains(" runs on production.", sent.Text("Text"), StringComparison.Ordinal);
        Assert.Contains($"Run: {sent.Text("RunId")}", sent.Text("Text"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_is_sent_with_the_libraries_that_ship()
    {
        using var server = new MailServer();
        var mail = $"email: {{ server: '{server.Address}', security: none, from: deploy@example.org, to: [ops@example.org] }}, ";
        var sent = Run($"{Channels.Replace("folder: ", mail + "folder: ", StringComparison.Ordinal)} "
            + "$target | Send-RsolvAnnouncement -When Before -Channel Email").ThrowOnError().Output.Single();
        Assert.Equal("Succeeded", sent.Text("Status"));
        Assert.Contains("RCPT TO:<ops@example.org>", Assert.Single(server.Mails), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_without_the_channel_is_an_error() =>
        Run("$target | Send-RsolvAnnouncement -When After -Channel Teams").ThrowOnErrorBut("ChannelNotConfigured");

    [Fact]
    public void An_announcement_is_a_row_of_80_columns()
    {
        var lines = Session.Render($"{Channels} $target | Send-RsolvAnnouncement -When Failed -Channel File | Out-Default");
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.Contains(lines, line => line.TrimEnd() == "Status     Kind       Channel  Destination");
    }
}
