using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Runs;
using RsolvDeploy.Signing;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Deployments.SignOff;

/// <summary>Judges the success criteria and the approvals of a run, signs it off and closes it.</summary>
internal sealed class CompletionStep : IStep<CompletionOptions, RunSignOff>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Completion;

    /// <inheritdoc/>
    public string FailureId => "SuccessCriteriaNotMet";

    // A failed or rolled back run is closed too.
    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => CompletionJson.Default;

    /// <inheritdoc/>
    public RunSignOff WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, status, CheckTable.SkipAll(StepKind.Completion, reason, context.Clock));

    // A run that failed or was rolled back was reported when it did; its sign-off succeeds.
    /// <inheritdoc/>
    public DeployException? ErrorOf(RunSignOff result) => StepError.From(result, FailureId);

    /// <inheritdoc/>
    public async Task<RunSignOff> RunAsync(StepContext context, CompletionOptions options, CancellationToken ct)
    {
        if (context.Previous?.Status == StepStatus.Planned)
            return WithoutResult(context, StepStatus.Planned, "judged at the end of the run, which is only planned");
        var run = Find(context);
        if (run.Completed is { } known) return await CloseAsync(context, Result(context, run, known, run.Approvals), known, ct);

        var decided = await ApprovalsAsync(context, run, ct);
        var criteria = SuccessCriteria.Judge(context.Target, run, context.Clock);
        var outcome = SuccessCriteria.OutcomeOf(run, criteria);
        var manual = ManualChecks.Judge(context.Target, run, decided, context.Clock);
        var checks = (IReadOnlyList<Check>)[.. criteria, .. manual];
        // What failed or was rolled back needs no approval to be closed.
        if (outcome == DeploymentOutcome.Succeeded) RefuseOpen(context, run, checks);
        if (!await context.ConfirmAsync(context.Subject, $"Sign off run {context.RunId} as {outcome}", ct))
            return WithoutResult(context, StepStatus.Planned, StepContext.NotConfirmed) with { Phases = PhasesOf(run), Checks = checks };

        var ledger = context.Journal.Start(new CompletionFacts(outcome), CompletionJson.Default);
        foreach (var one in decided.Except(run.Approvals)) ledger.Append(LedgerEvent.Approval, one);
        var completed = new RunCompleted(outcome, RunLedger.Actor, context.Clock.GetUtcNow())
        {
            Comment = context.Redactor.Apply(options.Comment),
            Checks = [.. checks.Select(check => new RecordedCheck(check.Id, check.Status, context.Redactor.Apply(check.Evidence)))],
        };
        ledger.Append(LedgerEvent.Completed, completed);
        context.Journal.MarkChanged();
        return await CloseAsync(context, Result(context, run, completed, decided) with { Checks = checks }, completed, ct);
    }

    private static RecordedRun Find(StepContext context)
    {
        var folder = new RunFolder(context.RunId);
        if (!folder.IsRecorded)
        {
            throw new DeployException("RunNotFound", FaultCategory.ObjectNotFound,
                $"No run {context.RunId} is recorded here, so there is nothing to sign off.",
                "Sign it off on the machine where it ran. Get-RsolvRun lists the runs of this user.")
            { Subject = context.RunId };
        }

        var run = RecordedRun.From(folder, TrustedSigners.ForUser(context.Target.Signers));
        run.Proof!.Require(folder);
        return run;
    }

    // The person who approves works on another machine; the cluster carries the decision here.
    private static async Task<IReadOnlyList<Approval>> ApprovalsAsync(StepContext context, RecordedRun run, CancellationToken ct)
    {
        if (ManualChecks.IdsOf(context.Target, run).Count == 0) return run.Approvals;
        var store = new ApprovalStore(context.Cluster, context.Target);
        var found = await store.ReadAsync(context.RunId, ct);
        foreach (var one in found.Where(one => one.Problem is not null))
            context.Reporter.Warning($"The decision of {one.By} about {one.CheckId} does not count: it {one.Problem}.");
        var decided = found.Where(one => one.Problem is null);
        var operatorName = run.ToRecord().Operator;
        return
        [
            .. run.Approvals.Union(decided)
                .Where(one => !context.Target.Policy.TwoPersonRule || RunTasks.IsTask(one.CheckId) || IsOther(one, operatorName, run))
                .OrderBy(one => one.At),
        ];
    }

    // Another name, and another key than any that wrote the ledger.
    private static bool IsOther(Approval approval, string operatorName, RecordedRun run) =>
        !ManualChecks.IsSamePerson(approval.By, operatorName) && run.Proof?.Signers.Contains(approval.Signer) != true;

    private static void RefuseOpen(StepContext context, RecordedRun run, IReadOnlyList<Check> checks)
    {
        var open = checks.Where(check => check.Severity == CheckSeverity.Required && IsOpen(check)).ToList();
        if (open.Count == 0) return;
        var error = new DeployException("ChecksOpen", FaultCategory.InvalidOperation,
            $"Run {context.RunId} of {context.Target.Name} is not signed off. Open: "
                + $"{string.Join("; ", open.Select(check => $"{check.Id} ({check.Evidence})"))}.",
            string.Join(" ", open.Select(check => check.Remedy).OfType<string>().Distinct()))
        { Subject = context.RunId };
        // Skipped: it changed nothing, and the run is as it was.
        throw new StepException(error, new RunSignOff(context.Target, context.RunId, StepStatus.Skipped, checks) { Phases = PhasesOf(run) })
        {
            Subject = context.RunId,
        };
    }

    // The baseline shows what failed before; that is no open check.
    private static bool IsOpen(Check check) =>
        check.Status == CheckStatus.Manual || check.Result is CheckResult.Inconclusive or CheckResult.Unmeasured || check.FailsStep;

    private static RunSignOff Result(
        StepContext context, RecordedRun run, RunCompleted completed, IReadOnlyList<Approval> approvals) =>
        new(context.Target, context.RunId, StepStatus.Succeeded, SuccessCriteria.Judge(context.Target, run, context.Clock))
        {
            Outcome = completed.Outcome,
            SignedOffBy = completed.By,
            SignedOffAt = completed.At,
            Comment = completed.Comment,
            Approvals = approvals,
            Phases = PhasesOf(run),
        };

    // The sign-off stands in the ledger. What follows can be repeated, so that it is a warning when it fails.
    private static async Task<RunSignOff> CloseAsync(
        StepContext context, RunSignOff result, RunCompleted completed, CancellationToken ct)
    {
        if (await context.Confirmation.IsPreviewAsync(ct)) return result;
        await new RunClosing(context).RunAsync(completed, ct);
        await new ShownDeployment(context).SignedOffAsync(completed.Outcome, completed.By, ct);
        return result with { Attestation = await new RunAttestation(context).RunAsync(completed, ct) };
    }

    private static IReadOnlyList<string> PhasesOf(RecordedRun run) =>
        [.. run.Steps.Where(step => step.Kind != StepKind.Completion).Select(step => step.ToString())];
}
