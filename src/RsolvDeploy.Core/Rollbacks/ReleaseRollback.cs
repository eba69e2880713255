using RsolvDeploy.Checks;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Evidence;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Rolls several workloads of a release back as one: one plan, one result.</summary>
/// <param name="context">The step's context.</param>
internal sealed class ReleaseRollback(StepContext context)
{
    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long the rollout of each workload may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>The workload whose evidence is saved first; null for the first one that changes.</summary>
    public Workload? EvidenceOf { get; init; }

    /// <summary>The request that restores what a release of the history set in a workload.</summary>
    public static RollbackRequest RequestFor(Release release, Workload workload, string choice)
    {
        var own = release.Workloads.FirstOrDefault(one => one.Kind == workload.Kind && one.Name == workload.Name);
        return new RollbackRequest { ToImage = own?.Image ?? release.Image, Revision = own?.Revision, Choice = choice };
    }

    /// <summary>Plans the rollback of each workload; changes nothing.</summary>
    /// <param name="requests">The workloads and what each is rolled back to.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException">A release is not found, or needs another schema.</exception>
    public async Task<IReadOnlyList<RollbackPlan>> PlanAsync(
        IReadOnlyList<(Workload Workload, RollbackRequest Request)> requests, CancellationToken ct)
    {
        var plans = new List<RollbackPlan>();
        foreach (var (workload, request) in requests)
        {
            // The ConfigMaps and Secrets belong to the release: the first workload's rollback restores them for all.
            var restores = plans.Count == 0;
            var restarts = plans.Exists(plan => plan.Configuration.Count > 0) && workload.Kind != WorkloadKind.CronJob;
            var own = restores ? request : request with { ImageOnly = true, Restart = request.Restart || restarts };
            var planner = new RollbackPlanner(context.Cluster, context.Target.For(workload), context.Clock);
            plans.Add(await planner.PlanAsync(own, ct) with { Reason = Reason, Timeout = Timeout, IsPart = true });
        }

        return plans;
    }

    /// <summary>Carries it out. The ConfigMaps and Secrets are restored before the other workloads get their templates.</summary>
    public async Task<Rollback> RunAsync(IReadOnlyList<RollbackPlan> plans, CancellationToken ct)
    {
        var observed = (plans.FirstOrDefault(plan => plan.Target.Main == EvidenceOf) ?? plans[0]).Observed;
        var evidence = plans.All(plan => plan.ChangesNothing)
            ? null
            : await new EvidenceBundle(context).SaveAsync(observed, PodTemplate.Of(observed), ct);
        context.Reporter.Warning($"Rolling back {string.Join(", ", plans.Select(plan => $"{plan.Target.Main} to {plan.To}"))}: {Reason}");
        var first = plans[0].Configuration.Count > 0 ? 1 : 0;
        var results = new List<Rollback>();
        foreach (var plan in plans.Take(first)) results.Add(await RollBackAsync(plan, ct));
        results.AddRange(await Task.WhenAll(plans.Skip(first).Select(plan => RollBackAsync(plan, ct))));
        var rollback = Merge(plans, results) with { Evidence = evidence };
        if (rollback.Status != StepStatus.Succeeded) return rollback;
        var verified = await new RollbackOutcome(context, plans[0] with { Target = context.Target }).VerifyAsync(rollback, ct);
        return verified;
    }

    /// <summary>The result of a rollback that was not carried out.</summary>
    public Rollback WithoutResult(string reason) =>
        new(context.Target, context.RunId, StepStatus.Failed, CheckTable.SkipAll(StepKind.Rollback, reason, context.Clock))
        {
            Reason = Reason,
        };

    private async Task<Rollback> RollBackAsync(RollbackPlan plan, CancellationToken ct)
    {
        var runner = new RollbackRunner(context, plan);
        try
        {
            return await runner.RunAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The others are rolled back all the same.
            return runner.CreateFailed(e);
        }
    }

    private Rollback Merge(IReadOnlyList<RollbackPlan> plans, List<Rollback> results)
    {
        var status = results.Exists(one => one.Status == StepStatus.Failed) ? StepStatus.Failed
            : results.Exists(one => one.Status == StepStatus.TimedOut) ? StepStatus.TimedOut
            : StepStatus.Succeeded;
        var checks = MergedChecks.From([.. results.Select((one, at) => (plans[at].Target.Main.ToString(), one.Checks))]);
        var parts = results.Select((one, at) => new WorkloadRollout(plans[at].Target.Main, one.Status)
        {
            Image = one.Image,
            PreviousImage = plans[at].ImageBefore,
            Revision = one.Revision,
            Pods = one.Pods,
            Diagnosis = one.Diagnosis,
        }).ToList();
        var failed = results.FindIndex(one => one.Diagnosis is not null);
        return new Rollback(context.Target, context.RunId, status, checks)
        {
            From = Describe(plans, plan => plan.From),
            To = Describe(plans, plan => plan.To),
            Choice = plans[0].Choice,
            MigrationsCrossed = [.. plans.SelectMany(plan => plan.MigrationsCrossed).Distinct()],
            Image = plans[0].Image,
            Revision = results[0].Revision,
            Reason = Reason,
            Workloads = parts,
            Pods = [.. results.SelectMany(one => one.Pods)],
            Diagnosis = failed < 0 ? null
                : results[failed].Diagnosis! with { Message = $"{plans[failed].Target.Main}: {results[failed].Diagnosis!.Message}" },
        };
    }

    /// <summary>What a property of the plans is, for people: once when it is the same for all, otherwise workload by workload.</summary>
    public static string Describe(IReadOnlyList<RollbackPlan> plans, Func<RollbackPlan, string> valueOf) =>
        plans.Select(valueOf).Distinct().Count() == 1
            ? valueOf(plans[0])
            : string.Join("; ", plans.Select(plan => $"{plan.Target.Main}: {valueOf(plan)}"));
}
