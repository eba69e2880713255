using System.Globalization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Staging.GitHub;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Staging;

/// <summary>Runs the workflow: writes file and secret, dispatches, follows, and reads what the run left.</summary>
internal sealed class StagingRunner(StepContext context, StagingOptions options, GitHubConnection github, StagingChecks checks)
{
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(1.5);
    private readonly WorkflowRuns _runs = new(github);
    private readonly CheckTimer _timer = CheckTimer.Start(context.Clock);

    /// <summary>Runs it.</summary>
    /// <param name="plan">The plan, confirmed.</param>
    /// <param name="result">The result as far as it is known.</param>
    /// <param name="ct">The operator's cancellation.</param>
    public async Task<StagingValidation> RunAsync(StagingPlan plan, StagingValidation result, CancellationToken ct)
    {
        var facts = context.Resumed?.Facts(StagingJson.Default.StagingFacts)
            ?? new StagingFacts(
                plan.Settings.Repository,
                $"rsolv-{context.RunId}",
                context.Clock.GetUtcNow(),
                StagingDecision.Validated,
                RunLedger.Actor)
            {
                WorkflowRunId = plan.WorkflowRunId,
            };
        var ledger = context.Journal.Start(facts, StagingJson.Default);
        try
        {
            if (await PrepareAsync(plan, ledger) is { } why) return await CompleteAsync(result, why, ct);
            var image = await new StagedImage(context).ReadAsync(ct);
            var metrics = new StagingMetrics(context);
            // Of a run that was dispatched before, the counters may have risen already.
            if (facts is { Counters: null, WorkflowRunId: null }) facts = facts with { Counters = await metrics.RecordAsync(ct) };
            context.Journal.Update(facts, StagingJson.Default);
            var id = await DispatchAsync(plan, facts, ledger, ct);
            var (run, jobs) = await FollowAsync(id, plan.Settings, ct);
            result = result with { Workflow = run };
            var evidence = await new EvidenceReader(github, _runs).ReadAsync(run, jobs, ct);
            Judge(plan.Settings, evidence);
            result = Describe(result, plan.Settings, evidence);
            if (run.Conclusion == "success")
            {
                await metrics.EvaluateAsync(checks, facts.Counters, ct);
                checks.Add(CheckTable.StagingDashboard, await StagingDashboard.EvaluateAsync(context, ct));
            }

            if (!checks.HasFailed) result = result with { Image = await RecordAsync(image, run, ct) };
            if (result.Image is { } validated && context.Target.Promotion.Attest)
                result = result with { Attestation = await new StagingAttestation(context, checks).AttestAsync(validated, run, ct) };
            return await CompleteAsync(result, "not measured", ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            Fail(error);
            throw new StepException(error, result with
            {
                Status = StepStatus.Failed,
                Checks = checks.List($"not started: {error.Id}"),
                Duration = _timer.Elapsed,
            })
            { Subject = error.Subject };
        }
    }

    // The reason why the workflow cannot be dispatched; null when it can.
    private async Task<string?> PrepareAsync(StagingPlan plan, RunLedger ledger)
    {
        var files = new RepositoryFiles(github);
        var path = WorkflowFile.PathOf(plan.Settings);
        checks.Begin();
        if (plan.Update == WorkflowUpdate.Commit)
        {
            var commit = await ledger.DoAsync(
                $"commit {path} to {plan.Settings.Repository} at {plan.Reference}",
                () => files.CommitAsync(path, plan.Generated!, plan.File, plan.Reference));
            checks.Add(CheckTable.StagingWorkflowFile, CheckOutcome.Met($"{path} was committed to {plan.Reference} as {commit}"));
        }
        else if (plan.Update == WorkflowUpdate.PullRequest)
        {
            var url = await ledger.DoAsync(
                $"propose {path} to {plan.Settings.Repository}",
                () => files.ProposeAsync(path, plan.Generated!, plan.File, plan.Reference));
            checks.Add(CheckTable.StagingWorkflowFile, CheckOutcome.NotMet(
                $"{path} is proposed by {url}", "Merge the pull request, then run the command again."));
            return "the pull request with the workflow file is not merged";
        }

        checks.Begin();
        checks.Add(CheckTable.StagingSecretSet, await SetSecretAsync(plan, ledger));
        return null;
    }

    private async Task<CheckOutcome> SetSecretAsync(StagingPlan plan, RunLedger ledger)
    {
        if (plan.Settings.SecretName is not { } name) return CheckOutcome.Skipped("not configured: 'github.secret'");
        var secrets = new RepositorySecrets(github);
        if (plan.Secret is { } value)
        {
            var key = await ledger.DoAsync($"set secret {name} of {plan.Settings.Repository}", () => secrets.SetAsync(name, value));
            return CheckOutcome.Met($"{name} of {plan.Settings.Repository} was set, sealed with the public key {key}");
        }

        var since = await secrets.FindAsync(name);
        return since is { } at
            ? CheckOutcome.Met(string.Create(CultureInfo.InvariantCulture,
                $"{name} of {plan.Settings.Repository} is set since {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC; its value is not known here"))
            : CheckOutcome.NotMet(
                $"{name} of {plan.Settings.Repository} is not set, and neither is the environment variable "
                    + plan.Settings.SecretEnvironmentVariable,
                $"Set the environment variable {plan.Settings.SecretEnvironmentVariable} to the API key of staging.");
    }

    private async Task<long> DispatchAsync(StagingPlan plan, StagingFacts facts, RunLedger ledger, CancellationToken ct)
    {
        checks.Begin();
        var (id, how) = facts.WorkflowRunId is { } known
            ? (known, plan.WorkflowRunId is null ? "recorded before the interruption" : "specified by -WorkflowRunId")
            : await ledger.DoAsync(
                $"dispatch {plan.Settings.Workflow} of {plan.Settings.Repository} at {plan.Reference}, marker {facts.Marker}",
                () => new WorkflowDispatcher(context, _runs).DispatchAsync(plan, facts, ct));
        context.Journal.MarkChanged();
        context.Journal.Update(facts with { WorkflowRunId = id }, StagingJson.Default);
        checks.Add(CheckTable.StagingWorkflowDispatched, CheckOutcome.Met(
            string.Create(CultureInfo.InvariantCulture, $"run {id} of {plan.Settings.Workflow} at {plan.Reference}, {how}")));
        return id;
    }

    private async Task<(WorkflowRun Run, IReadOnlyList<Job> Jobs)> FollowAsync(long id, GitHubSettings settings, CancellationToken ct)
    {
        checks.Begin();
        var follower = new WorkflowFollower(context, _runs, settings.PollInterval);
        try
        {
            var (run, jobs) = await follower.FollowAsync(id, settings.Timeout, attempt: 1, ct);
            if (!options.RerunFailed || run.Conclusion is null or "success") return (run, jobs);
            context.Reporter.Warning($"Run {id} ended with {run.Conclusion}; its failed jobs run again.");
            await _runs.RerunFailedAsync(id);
            return await follower.FollowAsync(id, settings.Timeout, run.Attempt + 1, ct);
        }
        catch (OperationCanceledException) when (options.CancelOnStop && ct.IsCancellationRequested)
        {
            await CancelAsync(id);
            throw;
        }
    }

    // The operator's cancellation ends every request of the connection, so that this one has a connection of its own.
    private async Task CancelAsync(long id)
    {
        using var limit = new CancellationTokenSource(CancelWithin, context.Clock);
        using var other = github.Reconnect(limit.Token);
        try
        {
            await new WorkflowRuns(other).CancelAsync(id);
            context.Reporter.Warning($"Run {id} was cancelled.");
        }
        catch (Exception e)
        {
            context.Reporter.Warning($"Run {id} could not be cancelled: {UnexpectedError.From(e).Message}");
        }
    }

    private void Judge(GitHubSettings settings, WorkflowEvidence evidence)
    {
        var run = evidence.Run;
        checks.Add(CheckTable.StagingWorkflowCompleted, Completed(settings, run));
        checks.Begin();
        checks.Add(CheckTable.StagingScan, PhaseChecks.Phase(settings.Scan, evidence));
        checks.Add(CheckTable.StagingValidate, PhaseChecks.Phase(settings.Validate, evidence));
        checks.Add(CheckTable.StagingTestsGenerated, PhaseChecks.Generated(settings.Tests, evidence));
        checks.Add(CheckTable.StagingTestsExecuted, PhaseChecks.Executed(settings.Tests, evidence));
        checks.Add(CheckTable.StagingMitigate, PhaseChecks.Phase(settings.Mitigate, evidence));
        checks.Add(CheckTable.StagingPullRequest, PhaseChecks.PullRequest(settings.PullRequest, evidence));
    }

    private static CheckOutcome Completed(GitHubSettings settings, WorkflowRun run)
    {
        var attempt = run.Attempt > 1 ? string.Create(CultureInfo.InvariantCulture, $", attempt {run.Attempt}") : "";
        if (run.Conclusion == "success")
            return CheckOutcome.Met($"run {run.Id} succeeded{attempt}: {run.Url}").Compared("success", "success");
        if (run.Conclusion is null)
        {
            return CheckOutcome.NotMet(
                $"run {run.Id} is {run.Status} after the time limit of {settings.Timeout.TotalMinutes:0.#} minutes: {run.Url}",
                $"Follow it with -WorkflowRunId {run.Id}, or allow more time with -Timeout.").Compared("success", run.Status);
        }

        var where = run.FailedJob is null ? "" : $" in job '{run.FailedJob}'{(run.FailedStep is null ? "" : $", step '{run.FailedStep}'")}";
        var log = run.Log.Count == 0 ? "" : $"; its log ends with: {run.Log[^1].Trim()}";
        return CheckOutcome.NotMet(
            $"run {run.Id} ended with {run.Conclusion}{where}{attempt}: {run.Url}{log}",
            "Read the property Workflow.Log of the result, correct the cause, then validate again; -RerunFailed repeats failed jobs.")
            .Compared("success", run.Conclusion);
    }

    private static StagingValidation Describe(StagingValidation result, GitHubSettings settings, WorkflowEvidence evidence) => result with
    {
        Workflow = evidence.Run,
        Branch = evidence.BranchOf(settings.Tests.Branch),
        PullRequest = evidence.PullRequest?.Url,
        TestsGenerated = (int?)evidence.NumberOf(settings.Tests.Generated),
        TestsExecuted = (int?)evidence.NumberOf(settings.Tests.Executed),
        TrustScore = evidence.NumberOf(settings.PullRequest.TrustScore),
    };

    private async Task<string?> RecordAsync(string? before, WorkflowRun run, CancellationToken ct)
    {
        if (before is null) return null;
        var staged = new StagedImage(context);
        if (await staged.ReadAsync(ct) is not { } after) return null;
        if (after != before)
        {
            context.Reporter.Warning(
                $"The image of staging changed during the validation, from {before} to {after}: neither is validated.");
            return null;
        }

        await staged.RecordAsync(after, run, ct);
        return after;
    }

    private async Task<StagingValidation> CompleteAsync(StagingValidation result, string whySkipped, CancellationToken ct)
    {
        var list = checks.List(whySkipped);
        var isTimedOut = result.Workflow is { Conclusion: null };
        return result with
        {
            Status = isTimedOut ? StepStatus.TimedOut : checks.HasFailed ? StepStatus.Failed : StepStatus.Succeeded,
            Checks = list,
            Summary = await new StagingSummary(context).CreateAsync(list, StagingDecision.Validated, result.Image, ct),
            Duration = _timer.Elapsed,
        };
    }

    private void Fail(DeployException error)
    {
        if (checks.HasFailed) return;
        if (checks.FirstOpen is { } open) checks.Add(open, CheckOutcome.NotMet($"{error.Id}: {error.Message}", error.Remedy));
    }
}
