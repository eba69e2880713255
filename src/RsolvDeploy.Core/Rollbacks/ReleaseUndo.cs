using RsolvDeploy.Backups.Cms;
using RsolvDeploy.Backups.Keys;
using RsolvDeploy.Backups.Reading;
using RsolvDeploy.Backups.Selection;
using RsolvDeploy.Checks;
using RsolvDeploy.Cluster;
using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Errors;
using RsolvDeploy.Images;
using RsolvDeploy.Json;
using RsolvDeploy.Rollbacks.Configuration;
using RsolvDeploy.Runs;
using RsolvDeploy.Staging;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Undoes a release that has several workloads.</summary>
/// <param name="context">The step's context.</param>
/// <param name="options">The options of the rollback.</param>
internal sealed class ReleaseUndo(StepContext context, RollbackOptions options)
{
    /// <summary>Plans, confirms, runs and records it.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="resumed">What an interrupted rollback recorded; null for a new one.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DeployException">A release is not found, or needs another schema; nothing was written.</exception>
    public async Task<Rollback> RunAsync(string reason, RollbackFacts? resumed, CancellationToken ct)
    {
        var release = new ReleaseRollback(context) { Reason = reason, Timeout = options.Timeout ?? context.Target.Rollout.Timeout };
        var plans = await release.PlanAsync(await RequestsAsync(resumed, ct), ct);
        if (resumed is null && plans.All(plan => plan.ChangesNothing)) throw NoOtherRelease(plans);
        foreach (var change in plans[0].Configuration)
            context.Reporter.Information($"{change.Kind.Kind}/{change.Name}:\n{string.Join('\n', change.Fields)}");
        var summary = string.Join('\n', plans.Select(plan => $"{plan.Target.Main}: {plan.Summary}"));
        if (!await context.ConfirmAsync(context.Subject, $"{summary}, because {reason}", ct))
        {
            return new Rollback(
                context.Target,
                context.RunId,
                StepStatus.Planned,
                CheckTable.SkipAll(StepKind.Rollback, StepContext.NotConfirmed, context.Clock))
            {
                From = ReleaseRollback.Describe(plans, plan => plan.From),
                To = ReleaseRollback.Describe(plans, plan => plan.To),
                Choice = plans[0].Choice,
                Reason = reason,
            };
        }

        var main = plans.First(plan => plan.Target.Main == context.Target.Main);
        var facts = new RollbackFacts(main.Image, main.ImageBefore, plans.Any(plan => plan.Restarts), main.Choice);
        context.Journal.Start(facts, RollbackJson.Default);
        await using var held = await context.AcquireLockAsync(options.Lock, ct);
        // The current configuration is saved too, so that the rollback loses nothing.
        var before = plans[0].Configuration.Count == 0 ? null
            : await new ConfigurationSnapshot(context.Cluster, context.Target).SaveAsync(
                ReleaseWorkloads.Merge([.. plans.Select(plan => plan.Observed)]), null, context.RunId, context.Reporter, ct);
        var rollback = await release.RunAsync(plans, ct);
        await new ReleaseRecorder(context).RecordAsync(rollback, before, ct);
        await new ShownDeployment(context).RolledBackAsync(main.ImageBefore, rollback, ct);
        return rollback;
    }

    private DeployException NoOtherRelease(IReadOnlyList<RollbackPlan> plans) =>
        new("NoOtherRelease", FaultCategory.InvalidOperation,
            $"The rollback of {context.Target.Namespace}/{context.Target.Deployment} would lead to the release that runs: "
                + $"{ReleaseRollback.Describe(plans, plan => plan.From)}. Nothing was written.",
            "Specify the release: -ToDigest (Get-RsolvHistory lists them) or -FromBackup.")
        { Subject = context.Target.Deployment };

    private async Task<IReadOnlyList<(Workload Workload, RollbackRequest Request)>> RequestsAsync(
        RollbackFacts? resumed, CancellationToken ct)
    {
        if (options.ToRevision is not null)
        {
            throw new DeployException("RevisionAmbiguous", FaultCategory.InvalidArgument,
                $"Target {context.Target.Name} has {context.Target.Workloads.Count} workloads, each with revisions of its own.",
                "Specify -ToDigest or -FromBackup, or neither to restore the last known good release.");
        }

        var requests = resumed is not null
            ? [.. context.Target.Workloads.Select(one =>
                (one, new RollbackRequest { ToImage = resumed.Image, Choice = resumed.Choice, Restart = resumed.Restarts }))]
            : options.FromBackup is { } path ? await FromBackupAsync(path, ct)
            : options.ToDigest is { } digest ? await ToDigestAsync(digest, ct)
            : await LastKnownGoodAsync(ct);
        return [.. requests.Select(one => (one.Workload, one.Request with
        {
            // One workload may have the release already; that all have it is refused below.
            AcceptsRunning = true,
            IsExplicit = resumed is not null || options is not { FromBackup: null, ToDigest: null },
            Unattended = options.Unattended,
            AllowSchemaMismatch = options.AllowSchemaMismatch,
            ImageOnly = options.ImageOnly,
            ConfigurationFilter = new ObjectFilter([], options.Exclude),
        }))];
    }

    private async Task<List<(Workload Workload, RollbackRequest Request)>> FromBackupAsync(string path, CancellationToken ct)
    {
        var passphrase = options.Passphrase is null ? null : BackupPassphrase.From(options.Passphrase);
        using var backup = BackupFolder.Open(path, DecryptionKeyProviders.From(options.KeyPath, passphrase));
        var requests = new List<(Workload Workload, RollbackRequest Request)>();
        foreach (var one in context.Target.Workloads)
            requests.Add((one, await BackupRequest.ReadAsync(backup, context.Target.For(one), options.ImageOnly, ct)));
        // The first workload's rollback restores the configuration of all.
        var configuration = requests.SelectMany(one => one.Request.Configuration ?? [])
            .DistinctBy(item => (item["kind"]?.ToString(), item["metadata"]?["name"]?.ToString()))
            .ToList();
        requests[0] = (requests[0].Workload, requests[0].Request with { Configuration = configuration });
        return requests;
    }

    private async Task<List<(Workload Workload, RollbackRequest Request)>> ToDigestAsync(string digest, CancellationToken ct)
    {
        var image = (await ImagePublisher.For(context).ResolveAsync(context.Target, digest, ct)).Reference;
        return [.. context.Target.Workloads.Select(one =>
            (one, new RollbackRequest { ToImage = image, Choice = "the operator specified the image" }))];
    }

    private async Task<List<(Workload Workload, RollbackRequest Request)>> LastKnownGoodAsync(CancellationToken ct)
    {
        var (cluster, target) = (context.Cluster, context.Target);
        var (releases, missing) = await LastKnownGood.ReadAsync(context, options, ct);
        var main = target.For(target.Main);
        var workload = await cluster.GetAsync(WorkloadKinds.ResourceOf(main), main.Namespace, main.Deployment, ct);
        var running = PodTemplate.Image(PodTemplate.Of(workload), DeploymentReader.Container(workload, main)) ?? "";
        var (good, choice) = ReleaseChoice.FindRollback(releases, running, options.OwnRelease);
        if (good is not null)
        {
            var release = releases.First(one => one.Image == good);
            return [.. target.Workloads.Select(one => (one, ReleaseRollback.RequestFor(release, one, choice)))];
        }

        // Without a verified release, every workload gets what it had before the last release, or its revision before.
        var last = releases.FirstOrDefault(one => one.Image == running && one.Workloads.Count > 0);
        if (last is null && missing is not null) throw ReleaseHistory.IncompleteError(target, missing);
        return [.. await Task.WhenAll(target.Workloads.Select(async one => (one, await BeforeAsync(last, one, choice, ct))))];
    }

    private async Task<RollbackRequest> BeforeAsync(Release? last, Workload workload, string choice, CancellationToken ct)
    {
        var known = last?.Workloads.FirstOrDefault(one => one.Kind == workload.Kind && one.Name == workload.Name);
        if (known?.PreviousImage is { } image && image != known.Image)
            return new RollbackRequest { ToImage = image, Choice = $"the image before the last release; {choice}" };
        if (workload.Kind != WorkloadKind.CronJob) return new RollbackRequest { Choice = choice };
        // A CronJob keeps no revisions; the update left a note.
        var cronJob = await context.Cluster.GetAsync(ResourceKind.CronJobs, context.Target.Namespace, workload.Name, ct);
        var noted = cronJob.At("metadata", "annotations", DeploymentAnnotations.PreviousImage).Text();
        return noted is not null
            ? new RollbackRequest { ToImage = noted, Choice = $"the image before the last update; {choice}" }
            : throw new DeployException("NoPreviousRevision", FaultCategory.ObjectNotFound,
                $"The {workload} in {context.Target.Namespace} keeps no revisions, and no update recorded its image before.",
                "Specify -ToDigest, or roll back with -FromBackup.");
    }
}
