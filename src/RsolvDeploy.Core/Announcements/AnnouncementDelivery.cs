using RsolvDeploy.Checks;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Announcements;

/// <summary>Sends an announcement on one channel after the other, and records each, so that a resumed run sends nothing twice.</summary>
/// <param name="context">The context of the step.</param>
/// <param name="plan">The announcement.</param>
/// <param name="sender">Sends it.</param>
internal sealed class AnnouncementDelivery(StepContext context, AnnouncementPlan plan, AnnouncementSender sender)
{
    /// <summary>Sends it.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether the channels took it; never a failure.</returns>
    public async Task<CheckOutcome> SendAsync(IReadOnlyList<AnnouncementChannel> channels, CancellationToken ct)
    {
        var facts = context.Resumed?.Facts(AnnouncementStepJson.Default.AnnouncementFacts)
            ?? new AnnouncementFacts(plan.Kind, plan.Id, [], []);
        var message = plan with { Id = facts.Id };
        context.Journal.Start(facts, AnnouncementStepJson.Default);
        List<string> taken = [.. facts.Ended.Select(one => $"{one}")];
        List<string> problems =
            [.. facts.Begun.Except(facts.Ended).Select(one => $"whether {one} took it is not known, so it is not repeated")];
        foreach (var channel in channels.Except(facts.Begun))
        {
            facts = facts with { Begun = [.. facts.Begun, channel] };
            context.Journal.Update(facts, AnnouncementStepJson.Default);
            var sent = await sender.SendAsync(message, channel, ct);
            facts = facts with { Ended = [.. facts.Ended, channel] };
            context.Journal.Update(facts, AnnouncementStepJson.Default);
            if (sent.Status == StepStatus.Succeeded) taken.Add($"{channel}");
            else problems.Add($"{channel} did not take it: {sent.Problem}");
        }

        if (problems.Count == 0) return CheckOutcome.Met($"sent to {string.Join(", ", taken)}");
        context.Reporter.Warning($"The announcement of {context.Target.Name} is incomplete: {string.Join("; ", problems)}.");
        return CheckOutcome.Warning(
            $"{string.Join("; ", problems)}{(taken.Count > 0 ? $"; sent to {string.Join(", ", taken)}" : "")}",
            $"Look at the channel; Send-RsolvAnnouncement {context.Target.Name} -When {plan.Kind} sends it again.");
    }
}
