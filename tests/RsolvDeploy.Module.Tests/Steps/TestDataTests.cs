using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>Test data, and the counters that it moves.</summary>
public class TestDataTests : SandboxedTest
{
    private const string Send = "$target | Send-RsolvTestData -Confirm:$false ";
    private const string SendAndTest = Send + "-OutVariable sent | Test-RsolvMetrics; $sent";

    private static readonly string[] Rises =
        ["metrics.validation", "metrics.mitigation", "metrics.trust-score", "metrics.labels", "metrics.dashboard"];

    [Fact]
    public void Test_data_moves_the_counters_by_what_was_sent()
    {
        var outcome = Run(SendAndTest).ThrowOnError();
        var (verification, sent) = (outcome.Output[0], outcome.Output[1]);

        Assert.Equal("Succeeded", sent.Text("Status"));
        Assert.Equal(["validation: 201", "mitigation: 201"], sent.Items("Records").Select(record => record.ToString()));
        Assert.All(sent.Checks().Values, status => Assert.Equal("Passed", status));
        Assert.Equal("Passed", verification.Text("Verdict"));
        Assert.All(Rises, id => Assert.Equal("Passed", verification.Checks()[id]));
        Assert.Equal(["1", "1", "95", "4"], Rises[..4].Select(id => Check(verification, id).Text("Actual")));
        Assert.Equal(
            [sent.Text("Commit"), sent.Text("Commit")], Sandbox.Services.Platform.Phases.All.Select(phase => (string?)phase["commit_sha"]));
        Assert.Equal(sent.Text("RunId").Replace("-", "", StringComparison.Ordinal), sent.Text("Commit")[..20]);
    }

    [Fact]
    public void A_verification_by_hand_takes_the_baseline_and_test_data_after_test_data_counts_alone()
    {
        var outcome = Run(
            "$null = " + Send + "; $second = " + Send + "; Test-RsolvMetrics $target -Baseline $second.Baseline; Test-RsolvMetrics $target")
            .ThrowOnError();

        Assert.Equal("1", Check(outcome.Output[0], "metrics.validation").Text("Actual"));
        Assert.DoesNotContain("metrics.validation", outcome.Output[1].Checks().Keys);
    }

    [Fact]
    public void What_if_shows_what_would_be_sent_and_sends_nothing()
    {
        Interface.Clear();
        var planned = Run("$target | Send-RsolvTestData -WhatIf").ThrowOnError().Output.Single();

        Assert.Equal("Planned", planned.Text("Status"));
        Assert.Contains("\"trust_score\":95", planned.Items("Records")[1].Text("Body"), StringComparison.Ordinal);
        Assert.Contains(Interface.Lines, line => line.Contains("\"phase\":\"validation\"", StringComparison.Ordinal)
            && line.Contains("/api/v1/phases/store", StringComparison.Ordinal));
        Assert.Empty(Sandbox.Services.Platform.Phases.All);
        Assert.Empty(Session.Changes);
    }

    [Theory]
    [InlineData(nameof(Fault.CountsTwice), "more than was sent")]
    [InlineData(nameof(Fault.CountsNothing), "Prometheus has no series of repo=\"RSOLV-dev/test-repo\"")]
    public void A_platform_that_miscounts_fails(string fault, string evidence)
    {
        Sandbox.Faults.Inject(Enum.Parse<Fault>(fault), -1);
        var verification = Run(SendAndTest).ThrowOnErrorBut("VerificationFailed").Output[0];

        Assert.Equal("Failed", verification.Text("Verdict"));
        Assert.Equal(["Failed", "Failed", "Failed"], Rises[..3].Select(id => verification.Checks()[id]));
        Assert.Contains(evidence, Check(verification, "metrics.validation").Text("Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_response_is_asked_for_again_and_counted_once()
    {
        Sandbox.Faults.Inject(Fault.LostResponse);
        var outcome = Run(SendAndTest).ThrowOnError();

        Assert.Equal("2", outcome.Output[1].Items("Records")[0].Text("Attempts"));
        Assert.Equal(2, Sandbox.Services.Platform.Phases.All.Count);
        Assert.Equal("1", Check(outcome.Output[0], "metrics.validation").Text("Actual"));
    }

    [Fact]
    public void A_wrong_key_is_refused_with_the_body_of_the_response_and_the_verification_is_skipped()
    {
        Sandbox.Services.Platform.ApiKey = "another";
        var outcome = Run(SendAndTest).ThrowOnErrorBut("TestDataFailed");
        var (verification, sent) = (outcome.Output[0], outcome.Output[1]);

        Assert.Equal(["Failed", "Skipped"], [sent.Checks()["testdata.validation"], sent.Checks()["testdata.mitigation"]]);
        Assert.Contains("401", outcome.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("Invalid API key", outcome.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sbxsecret", outcome.Errors[0].Exception.ToString(), StringComparison.Ordinal);
        Assert.Equal("Skipped", verification.Text("Status"));
    }

    [Fact]
    public void Nothing_is_sent_where_the_target_does_not_allow_it()
    {
        var outcome = Run("Send-RsolvTestData staging -ConfigurationPath $args[0] -Confirm:$false");

        Assert.StartsWith("TestDataNotConfigured,", Assert.Single(outcome.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("Failed", outcome.Output.Single().Text("Status"));
        Assert.Empty(Sandbox.Services.Platform.Phases.All);
    }

    [Fact]
    public void The_key_reaches_no_stream_and_no_file()
    {
        var outcome = Run(SendAndTest + "; " + Send + "-Verbose -Debug");

        Assert.DoesNotContain(
            outcome.Verbose.Concat(outcome.Output.Select(one => one.ToString()!)),
            line => line.Contains("sbxsecret", StringComparison.Ordinal));
        Assert.DoesNotContain(Session.Files(), file => file.Text.Contains("sbxsecret-demo", StringComparison.Ordinal));
    }

    [Fact]
    public void The_view_shows_the_records()
    {
        var lines = Session.Render(Send);
        Assert.Contains(lines, line => line.Contains("Succeeded", StringComparison.Ordinal)
            && line.Contains("validation: 201, mitigation: 201", StringComparison.Ordinal));
    }

    private static System.Management.Automation.PSObject Check(System.Management.Automation.PSObject result, string id) =>
        result.Items("Checks").Single(check => check.Text("Id") == id);
}
