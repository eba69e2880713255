using RsolvDeploy.Cluster.Client;
using RsolvDeploy.Reporting;
using RsolvDeploy.Runs;
using RsolvDeploy.Sandbox.Faults;
using RsolvDeploy.Sandbox.GitHub;
using RsolvDeploy.Staging;

namespace RsolvDeploy.Core.Tests.Staging;

/// <summary>
/// The validation on staging against the GitHub of the sandbox, whose responses GitHubShapesTests holds against GitHub's own.
/// </summary>
public sealed class StagingStepTests
{
    private const string Key = "STAGING_API_KEY";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_validation_sets_the_secret_runs_the_workflow_and_shows_every_phase()
    {
        await using var staged = await StagedSandbox.StartAsync();
        var outcome = await staged.RunAsync(StagedSandbox.Options);
        var validation = (StagingValidation)outcome.Result;
        Assert.Null(outcome.Error?.Message);
        Assert.Equal((StepStatus.Succeeded, StagingDecision.Validated), (validation.Status, validation.Decision));
        Assert.Equal(
            [
                "staging.decision", "staging.workflow.file", "staging.secret.set", "staging.workflow.dispatched",
                "staging.workflow.completed", "staging.scan", "staging.validate", "staging.tests.generated", "staging.tests.executed",
                "staging.mitigate", "staging.pull-request", "staging.metrics.validation", "staging.metrics.mitigation",
                "staging.metrics.trust-score", "staging.dashboard",
            ],
            validation.Checks.Select(check => check.Id));
        Assert.Equal(92.0, validation.Checks[13].Actual);
        Assert.Contains("panels run without error", validation.Checks[14].Evidence, StringComparison.Ordinal);
        Assert.All(validation.Checks, check => Assert.Equal((check.Id, CheckStatus.Passed), (check.Id, check.Status)));
        Assert.Equal(("rsolv/validate/issue-12", 4, 4, 92), (
            validation.Branch, validation.TestsGenerated, validation.TestsExecuted, validation.TrustScore));
        var run = Assert.Single(staged.GitHub.Runs);
        Assert.Equal((run.Id, 1, "success"), (validation.Workflow!.Id, validation.Workflow.Attempt, validation.Workflow.Conclusion));
        Assert.Contains("/pull/", validation.PullRequest, StringComparison.Ordinal);
        // The secret is sealed for the repository's key: its owner opens it.
        Assert.Equal(StagedSandbox.ApiKey, new BoxOwner(GitHubKeys.Private).Open(staged.GitHub.Secrets[Key].Box));
        AssertNoSecret(staged, validation);
    }

    [Fact]
    public async Task A_panel_that_fails_on_staging_fails_the_validation()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Server.Faults.Inject(Fault.PanelError, -1);
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.Equal((StepStatus.Failed, "staging.dashboard"), (
            validation.Status, Assert.Single(validation.Checks, check => check.Status == CheckStatus.Failed).Id));
        Assert.Contains("Mitigations", validation.Checks[^1].Evidence, StringComparison.Ordinal);
        Assert.Null(validation.Image);
    }

    [Fact]
    public async Task An_artifact_behind_the_first_two_hundred_is_found()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.GitHub.OtherArtifacts = [.. Enumerable.Range(0, 230).Select(index => $"coverage-{index}")];
        var settings = staged.Target.GitHub!;
        staged.Target = staged.Target with
        {
            GitHub = settings with { Tests = settings.Tests! with { Artifact = "rsolv-res*" } },
        };
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        var executed = validation.Checks.Single(check => check.Id == "staging.tests.executed");
        Assert.Equal((CheckStatus.Passed, "4 tests executed; artifact rsolv-results"), (executed.Status, executed.Evidence));
    }

    [Fact]
    public async Task Without_grafana_the_dashboard_of_staging_is_skipped()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Target = staged.Target with { Grafana = null };
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.Equal((StepStatus.Succeeded, CheckStatus.Skipped), (validation.Status, validation.Checks[^1].Status));
    }

    [Fact]
    public async Task The_image_that_staging_runs_is_recorded_as_validated()
    {
        await using var staged = await StagedSandbox.StartAsync();
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.Contains("@sha256:", validation.Image, StringComparison.Ordinal);
        using var cluster = ClusterClient.Connect(staged.Target, SilentReporter.Instance);
        var release = (await new ReleaseHistory(cluster, staged.Target).ReadAsync(Ct))[0];
        Assert.Equal((validation.Image, validation.Workflow!.Url), (release.Image, release.Validation!.Url));
        Assert.StartsWith("A: staging is validated", validation.Summary!.Recommendation, StringComparison.Ordinal);
        Assert.Contains(validation.Summary.HighConfidence, line => line.EndsWith("[staging.scan]", StringComparison.Ordinal));
        Assert.DoesNotContain(validation.Summary.HighConfidence, line => line.Contains("(not shown)", StringComparison.Ordinal));
        // A second deployment of the same image needs no second validation.
        var skipped = await staged.ValidateAsync(new StagingOptions { SkipReason = "the same image" });
        Assert.StartsWith("B: ", skipped.Summary!.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Option_b_needs_a_reason_and_skips_every_other_check_with_it()
    {
        await using var staged = await StagedSandbox.StartAsync();
        var validation = await staged.ValidateAsync(new StagingOptions { SkipReason = "only words changed", DecidedBy = "Ada" });
        Assert.Equal((StepStatus.Succeeded, StagingDecision.Skipped, "Ada"), (
            validation.Status, validation.Decision, validation.DecidedBy));
        Assert.Equal(CheckStatus.Warning, validation.Checks[0].Status);
        Assert.All(validation.Checks.Skip(1), check => Assert.Equal(
            (CheckStatus.Skipped, "option B: skipped by Ada: only words changed"), (check.Status, check.Evidence)));
        Assert.StartsWith("A: validate on staging", validation.Summary!.Recommendation, StringComparison.Ordinal);
        Assert.Contains(validation.Summary.Risks, risk => risk.Contains("did not run against this image", StringComparison.Ordinal));
        Assert.Empty(staged.GitHub.Runs);
        Assert.Contains("only words changed", File.ReadAllText(new RunFolder(staged.RunId).Ledger), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_can_forbid_option_b()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Target = staged.Target with { GitHub = staged.Target.GitHub! with { AllowSkip = false } };
        var outcome = await staged.RunAsync(new StagingOptions { SkipReason = "in a hurry" });
        Assert.Equal(("StagingRequired", StepStatus.Failed), (outcome.Error?.Id, outcome.Result.Status));
    }

    [Fact]
    public async Task Counters_that_do_not_rise_fail_their_checks_and_unreachable_ones_name_the_error()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.GitHub.Settled = null;
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.Equal(StepStatus.Failed, validation.Status);
        Assert.All(validation.Checks.Where(check => check.Id.StartsWith("staging.metrics.", StringComparison.Ordinal)), check =>
            Assert.Equal((CheckStatus.Failed, 0.0), (check.Status, check.Actual)));
        staged.Target = staged.Target with
        {
            Prometheus = staged.Target.Prometheus! with { Url = new Uri("http://127.0.0.1:9/") },
        };
        validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.StartsWith("Prometheus", validation.Checks[11].Evidence, StringComparison.Ordinal);
        staged.Target = staged.Target with { Prometheus = null };
        Assert.Equal(CheckStatus.Skipped, (await staged.ValidateAsync(StagedSandbox.Options)).Checks[11].Status);
    }

    [Fact]
    public async Task A_failed_run_names_its_job_and_step_with_the_end_of_its_log()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Server.Faults.Inject(Fault.WorkflowFails);
        var outcome = await staged.RunAsync(StagedSandbox.Options);
        var validation = (StagingValidation)outcome.Result;
        Assert.Equal(("StagingFailed", "rsolv", "VALIDATE phase"), (
            outcome.Error?.Id, validation.Workflow!.FailedJob, validation.Workflow.FailedStep));
        Assert.Contains("# #[error]Process completed with exit code 1.", validation.Workflow.Log);
        Assert.Contains(validation.Workflow.Log, line => line.Contains("401 Unauthorized", StringComparison.Ordinal));
        var completed = validation.Checks.Single(check => check.Id == "staging.workflow.completed");
        Assert.Contains("in job 'rsolv', step 'VALIDATE phase'", completed.Evidence, StringComparison.Ordinal);
        Assert.Equal(
            [("staging.scan", CheckStatus.Passed), ("staging.validate", CheckStatus.Failed), ("staging.mitigate", CheckStatus.Failed)],
            validation.Checks
                .Where(check => check.Id is "staging.scan" or "staging.validate" or "staging.mitigate")
                .Select(check => (check.Id, check.Status)));
        Assert.Null(validation.Image);
        Assert.StartsWith("A: validate on staging", validation.Summary!.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_jobs_run_again_when_that_is_requested()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Server.Faults.Inject(Fault.WorkflowFails);
        var validation = await staged.ValidateAsync(StagedSandbox.Options with { RerunFailed = true });
        Assert.Equal((StepStatus.Succeeded, 2), (validation.Status, validation.Workflow!.Attempt));
        Assert.Single(staged.GitHub.Runs);
    }

    [Fact]
    public async Task On_an_older_server_the_run_is_found_by_its_marker_and_not_by_being_the_newest()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Server.Faults.Inject(Fault.GitHubWithoutRunDetails, -1);
        var handler = new OtherRunHandler(staged.GitHub);
        var validation = await staged.ValidateAsync(StagedSandbox.Options, handler);
        Assert.Equal(2, staged.GitHub.Runs.Count);
        var own = staged.GitHub.Runs.Single(run => run.Title.Contains(staged.RunId, StringComparison.Ordinal));
        Assert.NotEqual(own, staged.GitHub.Runs[0]);
        Assert.Equal((StepStatus.Succeeded, own.Id), (validation.Status, validation.Workflow!.Id));
        Assert.Contains("found by its marker", validation.Checks[3].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resumed_validation_follows_the_run_that_was_dispatched_before()
    {
        await using var staged = await StagedSandbox.StartAsync();
        var first = await staged.ValidateAsync(StagedSandbox.Options);
        var facts = new StagingFacts(
            staged.Target.GitHub!.Repository, $"rsolv-{staged.RunId}", staged.GitHub.Runs[0].Created, StagingDecision.Validated, "me");
        // Killed between the dispatch and its response: the id is not known, the marker is.
        var outcome = await staged.RunAsync(StagedSandbox.Options, resumed: Resumed.From(facts));
        Assert.Equal(first.Workflow!.Id, ((StagingValidation)outcome.Result).Workflow!.Id);
        outcome = await staged.RunAsync(StagedSandbox.Options, resumed: Resumed.From(facts with { WorkflowRunId = first.Workflow.Id }));
        Assert.Equal(first.Workflow.Id, ((StagingValidation)outcome.Result).Workflow!.Id);
        Assert.Single(staged.GitHub.Runs);
    }

    [Fact]
    public async Task What_if_writes_nothing_and_shows_the_workflow_file()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Confirmation = new Declined();
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.Equal(StepStatus.Planned, validation.Status);
        Assert.Empty(staged.GitHub.Runs);
        Assert.Empty(staged.GitHub.Secrets);
        Assert.Null(staged.GitHub.FindWorkflow("rsolv-staging-test.yml", "main"));
        Assert.False(File.Exists(new RunFolder(staged.RunId).Ledger));
    }

    [Fact]
    public async Task A_missing_workflow_file_fails_before_anything_is_written()
    {
        await using var staged = await StagedSandbox.StartAsync();
        var validation = await staged.ValidateAsync(StagedSandbox.Options with { WorkflowUpdate = WorkflowUpdate.None });
        Assert.Equal((StepStatus.Failed, CheckStatus.Failed), (validation.Status, validation.Checks[1].Status));
        Assert.Contains("does not exist", validation.Checks[1].Evidence, StringComparison.Ordinal);
        Assert.Empty(staged.GitHub.Secrets);
    }

    [Fact]
    public async Task The_workflow_file_is_proposed_by_a_pull_request()
    {
        await using var staged = await StagedSandbox.StartAsync();
        var outcome = await staged.RunAsync(StagedSandbox.Options with { WorkflowUpdate = WorkflowUpdate.PullRequest });
        var validation = (StagingValidation)outcome.Result;
        Assert.Equal("StagingFailed", $"{outcome.Error!.Id}{outcome.Error.InnerException}");
        var pull = Assert.Single(staged.GitHub.Pulls);
        Assert.Equal(StepStatus.Failed, validation.Status);
        Assert.Contains($"/pull/{pull.Number}", validation.Checks[1].Evidence, StringComparison.Ordinal);
        var text = staged.GitHub.FindWorkflow("rsolv-staging-test.yml", pull.Head);
        Assert.Equal(WorkflowFile.Generate(staged.Target, staged.Target.GitHub!), text);
        Assert.Null(staged.GitHub.FindWorkflow("rsolv-staging-test.yml", "main"));
        Assert.Empty(staged.GitHub.Runs);
    }

    [Fact]
    public async Task A_mitigation_that_is_not_trusted_needs_no_pull_request()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Server.Faults.Inject(Fault.LowTrustScore);
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        var check = validation.Checks.Single(check => check.Id == "staging.pull-request");
        Assert.Equal((CheckStatus.Passed, 80.0, 40.0, "points"), (check.Status, check.Expected, check.Actual, check.Unit));
        Assert.Null(validation.PullRequest);
        // Required when the threshold is below the score.
        staged.Target = staged.Target with
        {
            GitHub = staged.Target.GitHub! with { PullRequest = staged.Target.GitHub.PullRequest with { Above = 20 } },
        };
        staged.Server.Faults.Inject(Fault.LowTrustScore);
        validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.Equal(CheckStatus.Failed, validation.Checks.Single(check => check.Id == "staging.pull-request").Status);
    }

    [Fact]
    public async Task Rate_limits_are_waited_for_and_shown()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Server.Faults.Inject(Fault.GitHubRateLimit);
        staged.Server.Faults.Inject(Fault.GitHubSecondaryLimit);
        var validation = await staged.ValidateAsync(StagedSandbox.Options);
        Assert.Equal(StepStatus.Succeeded, validation.Status);
        Assert.Equal(
            ["primary", "secondary"],
            staged.Warnings
                .Where(line => line.Contains("rate limit", StringComparison.Ordinal))
                .Select(line => line.Split("its ")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task Each_refusal_is_an_error_with_an_id_and_a_remedy()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.Server.Faults.Inject(Fault.GitHubSso);
        var error = (await staged.RunAsync(StagedSandbox.Options)).Error!;
        Assert.Equal("GitHubSsoRequired", error.Id);
        Assert.Contains("https://github.com/orgs/RSOLV-dev/sso", error.Remedy, StringComparison.Ordinal);
        error = (await staged.RunAsync(StagedSandbox.Options with { Credential = StagedSandbox.Secure("ghs_not-this-one") })).Error!;
        Assert.Equal("GitHubUnauthorized", error.Id);
        Assert.DoesNotContain("ghs_not-this-one", error.ToString(), StringComparison.Ordinal);
        error = (await staged.RunAsync(StagedSandbox.Options with { Ref = "no-such-branch" })).Error!;
        Assert.Contains("no-such-branch", error.Message, StringComparison.Ordinal);
        var own = staged.Target.GitHub!;
        staged.Target = staged.Target with { GitHub = own with { Repository = "RSOLV-dev/other" } };
        error = (await staged.RunAsync(StagedSandbox.Options)).Error!;
        Assert.Equal("GitHubNotFound", error.Id);
        staged.Target = staged.Target with { GitHub = null };
        Assert.Equal("GitHubNotConfigured", (await staged.RunAsync(StagedSandbox.Options)).Error!.Id);
    }

    [Fact]
    public async Task An_input_that_the_workflow_does_not_declare_is_named()
    {
        await using var staged = await StagedSandbox.StartAsync();
        await staged.ValidateAsync(StagedSandbox.Options);
        var inputs = new Dictionary<string, string> { ["max_isues"] = "1" };
        // The file is not written anew, so that it does not declare the input.
        var outcome = await staged.RunAsync(StagedSandbox.Options with { WorkflowUpdate = WorkflowUpdate.None, Inputs = inputs });
        Assert.Equal("GitHubInvalid", outcome.Error!.Id);
        Assert.Contains("max_isues", outcome.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_times_out_and_can_be_followed_later()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.GitHub.StepTime = TimeSpan.FromSeconds(1);
        var outcome = await staged.RunAsync(StagedSandbox.Options with { Timeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(("StagingTimedOut", StepStatus.TimedOut), (outcome.Error?.Id, outcome.Result.Status));
        var id = staged.GitHub.Runs[0].Id;
        Assert.Contains($"-WorkflowRunId {id}", outcome.Error!.Remedy, StringComparison.Ordinal);
        var followed = await staged.ValidateAsync(StagedSandbox.Options with { WorkflowRunId = id });
        Assert.Equal((StepStatus.Succeeded, id), (followed.Status, followed.Workflow!.Id));
        Assert.Single(staged.GitHub.Runs);
    }

    [Theory]
    [InlineData(true, "cancelled")]
    [InlineData(false, null)]
    public async Task Stopping_the_command_cancels_the_run_only_on_request(bool cancels, string? conclusion)
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.GitHub.StepTime = TimeSpan.FromMinutes(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var handler = new StoppingHandler("/jobs", stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            staged.RunAsync(StagedSandbox.Options with { CancelOnStop = cancels }, handler, ct: stop.Token));
        Assert.Equal(conclusion, staged.GitHub.Runs[0].Conclusion(DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task What_did_not_change_is_read_once_by_its_tag()
    {
        await using var staged = await StagedSandbox.StartAsync();
        staged.GitHub.StepTime = TimeSpan.FromSeconds(0.5);
        var recorded = new RecordingHandler();
        staged.Target = staged.Target with { GitHub = staged.Target.GitHub! with { PollInterval = TimeSpan.FromMilliseconds(50) } };
        await staged.ValidateAsync(StagedSandbox.Options, recorded);
        Assert.Contains(recorded.Exchanges, one => one is { Status: 304 } && one.Path.EndsWith("/jobs", StringComparison.Ordinal));
    }

    private static void AssertNoSecret(StagedSandbox staged, StagingValidation validation)
    {
        string[] texts =
        [
            validation.ToString(),
            .. validation.Checks.Select(check => check.Evidence),
            .. validation.Summary!.HighConfidence,
            .. staged.Warnings,
            .. staged.Details,
            .. staged.Updates.Select(update => update.Status),
            File.ReadAllText(new RunFolder(staged.RunId).Ledger),
        ];
        Assert.All((string[])[StagedSandbox.ApiKey, GitHubKeys.Token], secret =>
            Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.Ordinal)));
    }
}
