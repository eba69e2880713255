using System.Text.Json.Serialization;
using RsolvDeploy.Checks;
using RsolvDeploy.Errors;
using RsolvDeploy.Health;
using RsolvDeploy.Steps;

namespace RsolvDeploy.Announcements;

/// <summary>Announces a deployment on the channels of its target. Whatever goes wrong is a warning: the deployment goes on.</summary>
internal sealed class AnnouncementStep : IStep<AnnouncementOptions, SentAnnouncement>
{
    /// <inheritdoc/>
    public StepKind Kind => StepKind.Announcement;

    /// <inheritdoc/>
    public string FailureId => "AnnouncementFailed";

    // A failure is announced too.
    /// <inheritdoc/>
    public bool ActsOnFailure => true;

    /// <inheritdoc/>
    public JsonSerializerContext OptionsJson => AnnouncementStepJson.Default;

    /// <inheritdoc/>
    public SentAnnouncement WithoutResult(StepContext context, StepStatus status, string reason) =>
        new(context.Target, context.RunId, default, status, []);

    /// <inheritdoc/>
    public DeployException? ErrorOf(SentAnnouncement result) => null;

    /// <inheritdoc/>
    public async Task<SentAnnouncement> RunAsync(StepContext context, AnnouncementOptions options, CancellationToken ct)
    {
        try
        {
            return await AnnounceAsync(context, options with { When = KindOf(context, options) }, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var error = UnexpectedError.From(e);
            context.Reporter.Warning($"{options.When} of {context.Target.Name} was not announced: {error.Message} {error.Remedy}");
            return Result(context, options, StepStatus.Succeeded, CheckOutcome.Warning(error.Message, error.Remedy));
        }
    }

    private static async Task<SentAnnouncement> AnnounceAsync(StepContext context, AnnouncementOptions options, CancellationToken ct)
    {
        var channels = AnnouncementPlan.ChannelsOf(context.Target.Announce);
        if (channels.Count == 0)
            return Result(context, options, StepStatus.Succeeded, CheckOutcome.Skipped("the target configures no channel"));
        var planner = new AnnouncementPlanner(context.Target, context.Redactor, context.Clock) { EndedOnly = true };
        var plan = await planner.PlanAsync(options.When, context.RunId, context.Previous, MessageOf(context, options));
        var change = $"Send the announcement:\n{plan.Text}";
        if (!await context.ConfirmAsync($"{string.Join(", ", channels)} of {context.Target.Name}", change, ct))
            return Result(context, options, StepStatus.Planned, CheckOutcome.Skipped(StepContext.NotConfirmed));
        using var http = HealthProbe.CreateClient();
        var secrets = new SecretValueReader(context.Target, () => context.Cluster, context.Redactor);
        var sender = new AnnouncementSender(context.Target, secrets, context.Redactor, http, context.Clock);
        var outcome = await new AnnouncementDelivery(context, plan, sender).SendAsync(channels, ct);
        return Result(context, options, StepStatus.Succeeded, outcome);
    }

    // It was planned before the rollback, which may have failed since.
    private static AnnouncementKind KindOf(StepContext context, AnnouncementOptions options) =>
        options.When == AnnouncementKind.RolledBack && context.Previous is Rollback { Status: not StepStatus.Succeeded }
            ? AnnouncementKind.Failed
            : options.When;

    // Before the update the image is known only from the publish.
    private static string MessageOf(StepContext context, AnnouncementOptions options) =>
        options is { When: AnnouncementKind.Before, Message.Length: 0 } && context.Previous is PublishedImage image
            ? $"Image: {(string.IsNullOrEmpty(image.Reference) ? image.PlannedReference : image.Reference)}"
            : options.Message;

    private static SentAnnouncement Result(StepContext context, AnnouncementOptions options, StepStatus status, CheckOutcome outcome)
    {
        var name = options.When.ToString().ToLowerInvariant();
        var check = CheckTable.Announced.For(name, $"The channels take the announcement: {name}");
        return new SentAnnouncement(
            context.Target, context.RunId, options.When, status, [check.ToCheck(outcome, CheckTimer.Start(context.Clock))]);
    }
}
