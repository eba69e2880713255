using RsolvDeploy.Cluster.Workloads;
using RsolvDeploy.Monitoring;
using RsolvDeploy.Rollouts;
using RsolvDeploy.Rollouts.Diagnostics;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Rollbacks;

/// <summary>Says what a way back came to: whether it arrived, and whether what runs now is healthy by the checks of a deployment.</summary>
internal static class RollbackOutcome
{
    public static async Task<Rollback> CreateResultAsync(
        StepContext context, RollbackPlan plan, RolloutVerdict verdict, DateTimeOffset started, CancellationToken ct)
    {
        var complete = verdict.Phase == RolloutPhase.Complete;
        var diagnosis = complete ? null : await DiagnosisDetails.AddAsync(context.Cluster, plan.Target, verdict.Cause ?? Slow(verdict, plan.Timeout), ct);
        var verification = complete ? await MetricsVerifier.VerifyAsync(plan.Target, context.Baseline, context.Cluster.OpenService, context.RunId, context.Reporter, ct) : null;
        var healthy = Healthy(verification?.Checks);
        Check[] checks =
        [
            Make("rollback.completed", "The way back completes in time", complete, complete ? $"{plan.To}; {verdict.Summary}" : $"{diagnosis}"),
            Make("rollback.pods", "The pods of the way back are ready", complete, string.Join("; ", verdict.Pods.Select(pod => $"{pod.Name} {pod.Phase}{(pod.Ready ? " ready" : "")}"))),
            Make("rollback.image", "The pods run the image that was gone back to", complete && verdict.Pods.All(pod => ImageIdentity.Matches(pod.ImageId, plan.Image)), string.Join("; ", [plan.Image, .. plan.OtherImages.Select(one => $"{one.Key}: {one.Value}")])),
            Make("rollback.configuration", "ConfigMaps and Secrets are as that release had them", true, "") with
            {
                Status = plan.Configuration.Count > 0 ? CheckStatus.Passed : CheckStatus.Skipped,
                Evidence = string.Join("; ", [.. plan.Configuration.Select(change => change.Summary), .. plan.ConfigurationNote.Length > 0 ? (string[])[plan.ConfigurationNote] : []]),
            },
            healthy with { Started = started, Duration = TimeProvider.System.GetUtcNow() - started },
        ];
        var status = verdict.Phase switch { RolloutPhase.Complete => healthy.FailsStep ? StepStatus.Failed : StepStatus.Succeeded, RolloutPhase.Failed => StepStatus.Failed, _ => StepStatus.TimedOut };
        return new Rollback(plan.Target, context.RunId, status, [.. checks, .. verification?.Checks ?? []])
        {
            From = plan.From,
            To = plan.To,
            Choice = plan.Choice,
            MigrationsCrossed = plan.MigrationsCrossed,
            Image = plan.Image,
            Revision = verdict.Revision,
            Reason = plan.Reason,
            Pods = verdict.Pods,
            Diagnosis = diagnosis,
        };

        Check Make(string id, string title, bool passed, string evidence) => new(id, "Undo", title, passed ? CheckStatus.Passed : CheckStatus.Failed)
        {
            Evidence = evidence,
            Remedy = passed ? null : diagnosis?.Remedy,
            Started = started,
            Duration = TimeProvider.System.GetUtcNow() - started,
        };
    }

    // What the platform itself answers decides. Prometheus and the alerts still look back at the release that was left, so what they say is a warning.
    private static Check Healthy(IReadOnlyList<Check>? checks)
    {
        var healthy = new Check("rollback.healthy", "Undo", "What was gone back to is healthy", CheckStatus.Passed);
        if (checks is null) return healthy with { Status = CheckStatus.Skipped, Evidence = "the way back did not complete" };
        var asked = checks.Where(check => check.Status != CheckStatus.Skipped).ToList();
        if (asked.Count == 0) return healthy with { Status = CheckStatus.Skipped, Evidence = "not asked: the target has neither an url nor a prometheus that answered" };
        var bad = asked.Where(check => check.Status != CheckStatus.Passed).ToList();
        return bad.Count == 0
            ? healthy with { Evidence = $"{asked.Count} checks passed: {string.Join(", ", asked.Select(check => check.Id))}" }
            : healthy with
            {
                Status = bad.Any(check => check.FailsStep && check.Id.StartsWith("health.", StringComparison.Ordinal)) ? CheckStatus.Failed : CheckStatus.Warning,
                Evidence = string.Join("; ", bad.Select(check => $"{check.Id}: {check.Evidence}")),
                Remedy = bad[0].Remedy,
            };
    }

    private static Diagnosis Slow(RolloutVerdict verdict, TimeSpan timeout) =>
        new("Timeout", $"After {timeout.TotalSeconds:0} s {verdict.Ready} of {verdict.Desired} pods were ready, and {verdict.Old} others were still there.") { Remedy = "Look at the pods; allow more time with -Timeout." };
}
