using System.Text.Json.Nodes;
using RsolvDeploy.Json;

namespace RsolvDeploy.Rollouts;

/// <summary>The rollout of a CronJob: it is complete when the template is stored, since nothing starts before the next job.</summary>
internal static class CronJobRollout
{
    /// <summary>What is known when the template is stored.</summary>
    /// <param name="written">The CronJob as the API server stored it.</param>
    /// <param name="now">The time.</param>
    public static RolloutWatcher.Result From(JsonObject written, DateTimeOffset now)
    {
        var note = Describe(written);
        var verdict = new RolloutVerdict(RolloutPhase.Complete, null) { RolledOut = true, Note = note };
        return new RolloutWatcher.Result(verdict, [new TimelineEntry(now, note)]);
    }

    private static string Describe(JsonObject cronJob)
    {
        var active = (cronJob.At("status", "active") as JsonArray)?.Count ?? 0;
        return "the next job runs the new template"
            + (cronJob.At("spec", "suspend")?.GetValue<bool>() == true ? "; the CronJob is suspended" : "")
            + (active > 0 ? $"; {active} running jobs keep the old template" : "");
    }
}
