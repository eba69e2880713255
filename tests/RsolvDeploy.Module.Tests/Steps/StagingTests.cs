using RsolvDeploy.Module.Tests.Hosting;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.GitHub;

namespace RsolvDeploy.Module.Tests.Steps;

/// <summary>The validation on staging, as an operator runs it.</summary>
public class StagingTests : SandboxedTest
{
    private const string Prologue =
        "$env:RSOLV_SANDBOX_STAGING_API_KEY = 'sbxsecret-staging-api-key'; "
            + "$env:RSOLV_SANDBOX_GITHUB_TOKEN = [System.IO.File]::ReadAllText(\"$folder/github-token\"); "
            + "$staging = Get-RsolvTarget staging -ConfigurationPath \"$folder/rsolv.yaml\"; ";

    [Fact]
    public void A_validation_passes_and_is_recorded_in_the_history()
    {
        var outcome = Run(Prologue + "$staging | Invoke-RsolvStagingValidation -WorkflowUpdate Commit -Verbose; Get-RsolvHistory $staging")
            .ThrowOnError();
        var validation = outcome.Output[0];
        Assert.Equal(["Succeeded", "Validated"], [validation.Text("Status"), validation.Text("Decision")]);
        Assert.Equal(validation.Text("Image"), outcome.Output[1].Text("Image"));
        Assert.Contains(outcome.Verbose, line => line.Contains("step 4 VALIDATE phase: success", StringComparison.Ordinal));
        Assert.DoesNotContain(outcome.Verbose, line => line.Contains(GitHubKeys.Token, StringComparison.Ordinal));
    }

    [Fact]
    public void What_if_changes_neither_github_nor_the_cluster()
    {
        Interface.Clear();
        var outcome = Run(Prologue + "$staging | Invoke-RsolvStagingValidation -WorkflowUpdate Commit -WhatIf").ThrowOnError();
        Assert.Equal("Planned", outcome.Output.Single().Text("Status"));
        Assert.Contains(Interface.Lines, line =>
            line.Contains("set the secret STAGING_API_KEY, dispatch rsolv-staging-test.yml at main", StringComparison.Ordinal));
        Assert.Empty(Sandbox.Services.Repository.Secrets);
        Assert.Empty(Session.Changes);
    }

    [Fact]
    public void Option_b_requires_a_reason_and_lets_the_pipeline_continue()
    {
        var outcome = Run(Prologue + "$staging | Invoke-RsolvStagingValidation -Skip -Reason '  '");
        Assert.Contains("Reason", outcome.Errors.Single().ToString(), StringComparison.Ordinal);
        var skipped = Run(Prologue
            + "$staging | Invoke-RsolvStagingValidation -Skip -Reason 'words only' -DecidedBy Ada -OutVariable s | "
            + "Test-RsolvEnvironment; $s")
            .Output;
        Assert.Equal(skipped[1].Text("RunId"), skipped[0].Text("RunId"));
        Assert.NotEqual("Skipped", skipped[0].Text("Status"));
        Assert.Equal("Warning", skipped[1].Checks()["staging.decision"]);
        Assert.Equal("Skipped", skipped[1].Checks()["staging.scan"]);
    }

    [Fact]
    public void A_failed_workflow_is_an_error_with_an_id_and_stops_the_pipeline()
    {
        Sandbox.Faults.Inject(Fault.WorkflowFails);
        var outcome = Run(Prologue
            + "$staging | Invoke-RsolvStagingValidation -WorkflowUpdate Commit -OutVariable s | Backup-RsolvState; $s[0].Workflow")
            .ThrowOnErrorBut("StagingFailed");
        Assert.Equal("Skipped", outcome.Output[0].Text("Status"));
        Assert.Equal(["rsolv", "VALIDATE phase"], [outcome.Output[1].Text("FailedJob"), outcome.Output[1].Text("FailedStep")]);
    }

    [Fact]
    public void The_token_of_a_credential_is_used_and_not_recorded()
    {
        var outcome = Run(Prologue + "$env:RSOLV_SANDBOX_GITHUB_TOKEN = $null; $secure = [securestring]::new(); "
            + $"'{GitHubKeys.Token}'.ToCharArray().ForEach({{ $secure.AppendChar($_) }}); "
            + "$credential = [pscredential]::new('x', $secure); "
            + "$staging | Invoke-RsolvStagingValidation -WorkflowUpdate Commit -Credential $credential").ThrowOnError();
        Assert.Equal("Succeeded", outcome.Output.Single().Text("Status"));
    }

    [Fact]
    public void The_view_shows_decision_and_recommendation()
    {
        var lines = Session.Render(Prologue + "$staging | Invoke-RsolvStagingValidation -Skip -Reason 'words only'");
        Assert.Contains(lines, line =>
            line.Contains("staging", StringComparison.Ordinal) && line.Contains("Skipped", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
    }
}
